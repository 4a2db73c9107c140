// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/dot.h"

#include <fmt/format.h>

#include <set>

#include "checker/step_text.h"
#include "checker/told_graph.h"
#include "scenarios/report/verdict_words.h"

namespace heddle {

namespace {

// The text as a string of the language. Graphviz reads '\' escapes and '&' entities in labels.
std::string dot_string(std::string_view unsafe) {
    std::string text = "\"";
    for (const char c : valid_utf8(unsafe)) {
        if (c == '"' || c == '\\') {
            text += '\\';
            text += c;
        } else if (c == '&') {
            text += "&amp;";
        } else if (c == '\n') {
            text += "\\n";
        } else {
            text += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
        }
    }
    return text + '"';
}

std::string node_attributes(const ToldGraph::State& state, std::size_t number) {
    if (state.violation) {
        return fmt::format("label={}, shape=octagon, style=filled, fillcolor=\"#e69f00\"",
                           dot_string(fmt::format("{}\n{}", number, state.violation->claim)));
    }
    return fmt::format("label=\"{}\"{}", number, state.is_end ? ", shape=doublecircle" : "");
}

void write_graph(std::ostream& out, const ToldGraph& graph, const Schedule& schedule) {
    for (std::size_t i = 0; i < graph.states.size(); ++i) {
        out << fmt::format("  s{} [{}];\n", i, node_attributes(graph.states[i], i));
    }
    const std::vector<std::size_t> path = edges_of(graph, schedule);
    const std::set<std::size_t> bold(path.begin(), path.end());
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const ToldGraph::Edge& edge = graph.edges[i];
        const StepText text = describe_step(edge.step, graph.told);
        const std::string label =
            edge.step.task + ": " + text.call + (text.effect.empty() ? "" : "\n" + text.effect);
        out << fmt::format("  s{} -> s{} [label={}{}];\n", edge.from, edge.to, dot_string(label),
                           bold.contains(i) ? ", style=bold, penwidth=3, color=\"#d55e00\"" : "");
    }
}

void write_nothing(std::ostream& out, const std::string& reason) {
    out << fmt::format("  nothing [shape=box, label={}];\n", dot_string(reason));
}

void write_scenario(std::ostream& out, const Result& result) {
    out << fmt::format("digraph {} {{\n  label={};\n  labelloc=t;\n  node [shape=circle];\n",
                       dot_string(result.summary.scenario), dot_string(headline_of(result)));
    if (result.summary.verdict.deadly || result.summary.verdict.kind == Verdict::Kind::error) {
        write_nothing(out, "no graph: the scenario cannot be run step by step");
    } else if (const auto graph = told_graph(result.scenario, {}, drawn_states_max)) {
        write_graph(out, *graph, result.summary.verdict.schedule);
    } else {
        write_nothing(out, fmt::format("no graph: more than {} states", drawn_states_max));
    }
    out << "}\n";
}

}  // namespace

void write_dot(std::ostream& out, const Run& run) {
    for (const Result& result : run.results) {
        write_scenario(out, result);
    }
    if (run.results.empty()) {
        out << "digraph \"heddle\" {\n}\n";
    }
}

}  // namespace heddle
