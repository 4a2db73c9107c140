// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/ndjson.h"

#include <nlohmann/json.hpp>

#include "scenarios/report/json.h"

namespace heddle {

namespace {

using EventJson = nlohmann::ordered_json;

EventJson event_of(const char* type) { return {{"schema", events_schema}, {"type", type}}; }

void write_event(std::ostream& out, const EventJson& event) {
    out << event.dump(-1, ' ', false, EventJson::error_handler_t::replace) << std::endl;
}

}  // namespace

void Ndjson::progress(const std::string& scenario, const Progress& now) {
    EventJson event = event_of("progress");
    event["scenario"] = scenario;
    event["states"] = now.states;
    event["seconds"] = now.seconds;
    event["states_estimated"] = now.states_estimated;
    write_event(out_, event);
}

void Ndjson::add(const Result& result) {
    EventJson event = event_of("result");
    event["result"] = result_json(result);
    write_event(out_, event);
}

void Ndjson::finish(const Run& run) {
    EventJson event = event_of("end");
    event["exit_code"] = static_cast<int>(run.exit_code);
    event["errors"] = run.errors;
    event["results"] = run.results.size();
    write_event(out_, event);
}

}  // namespace heddle
