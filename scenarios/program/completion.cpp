// SPDX-License-Identifier: Apache-2.0
// Scripts by which shells complete command lines, from what the command line knows of itself.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <iostream>

#include "scenarios/program/app.h"
#include "scenarios/program/command.h"
#include "scenarios/program/grammar.h"
#include "scenarios/program/options.h"

namespace heddle {

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}

bool takes_scenarios(CLI::App& command) {
    const std::vector<CLI::Option*> arguments = arguments_of(command);
    return !arguments.empty() && values_of(*arguments.front()).kind == Values::Kind::scenarios;
}

// The words that the first argument must be one of, if it must.
std::vector<std::string> argument_words(CLI::App& command) {
    const std::vector<CLI::Option*> arguments = arguments_of(command);
    return arguments.empty() ? std::vector<std::string>() : values_of(*arguments.front()).words;
}

// ---- bash

constexpr const char* bash_head =
    R"(# Completion of heddle for bash: source <(heddle completion bash)
_heddle_words() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word")
}

_heddle_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
}

_heddle_scenarios() {
    _heddle_files
    local names
    names=$("${COMP_WORDS[0]}" list 2>/dev/null | sed -n 's/^\([^ ][^ ]*\)  .*/\1/p')
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$names" -- "$word")
}

_heddle() {
    local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
    # bash splits --option=value into three words.
    if [ "$word" = = ]; then
        word=
    elif [ "$option" = = ]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
)";

void write_bash_command(CLI::App& command) {
    const std::string& name = command.get_name();
    std::string all;
    for (CLI::Option* option : named_options(command)) {
        all += (all.empty() ? "" : " ") + long_name(*option);
        const Values values = values_of(*option);
        if (values.kind == Values::Kind::none) {
            continue;
        }
        std::string action;
        if (values.kind == Values::Kind::words) {
            action = fmt::format("_heddle_words '{}' ", fmt::join(values.words, " "));
        } else if (values.kind == Values::Kind::files) {
            action = "_heddle_files ";
        }
        std::cout << fmt::format("    {}:{}) {};;\n", name, long_name(*option), action);
    }
    std::cout << fmt::format("    {}:*)\n", name);
    std::cout << fmt::format("        case $word in\n        -*) _heddle_words '{}' ;;\n", all);
    if (takes_scenarios(command)) {
        std::cout << "        *) _heddle_scenarios ;;\n";
    } else if (const auto words = argument_words(command); !words.empty()) {
        std::cout << fmt::format("        *) _heddle_words '{}' ;;\n", fmt::join(words, " "));
    }
    std::cout << "        esac\n        ;;\n";
}

void write_bash(CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands(nullptr)) {
        names.push_back(command->get_name());
    }
    std::cout << bash_head
              << fmt::format("        _heddle_words '{} --help --version'\n", fmt::join(names, " "))
              << "        return\n    fi\n    case ${COMP_WORDS[1]}:$option in\n";
    for (CLI::App* command : app.get_subcommands(nullptr)) {
        write_bash_command(*command);
    }
    std::cout << "    esac\n}\n\ncomplete -F _heddle heddle\n";
}

// ---- zsh

constexpr const char* zsh_head = R"zsh(#compdef heddle
# Completion of heddle for zsh: heddle completion zsh > a folder of $fpath/_heddle
_heddle_scenarios() {
    local -a names
    names=(${(f)"$(heddle list 2>/dev/null | sed -n 's/^\([^ ][^ ]*\)  .*/\1/p')"})
    compadd -a names
    _files
}

_heddle() {
    local -a commands
    commands=(
)zsh";

// Within single quotes, where brackets and colons separate.
std::string zsh_text(const std::string& text) {
    std::string quoted = text;
    for (const char* special : {"\\", "[", "]", ":"}) {
        quoted = replaced(quoted, special, std::string("\\") + special);
    }
    return replaced(quoted, "'", "'\\''");
}

std::string zsh_action(const Values& values) {
    switch (values.kind) {
        case Values::Kind::words:
            return fmt::format("({})", fmt::join(values.words, " "));
        case Values::Kind::files:
            return "_files";
        case Values::Kind::scenarios:
            return "_heddle_scenarios";
        default:
            return " ";
    }
}

void write_zsh_command(CLI::App& command) {
    std::cout << fmt::format("    {})\n        _arguments", command.get_name());
    for (CLI::Option* option : named_options(command)) {
        const Values values = values_of(*option);
        const bool repeats = option->get_expected_max() > 1;
        std::cout << fmt::format(" \\\n            '{}{}", repeats ? "*" : "", long_name(*option));
        const std::string help = zsh_text(short_help(option->get_description()));
        if (values.kind == Values::Kind::none) {
            std::cout << fmt::format("[{}]'", help);
        } else {
            std::cout << fmt::format("=[{}]:{}:{}'", help, zsh_text(option->get_type_name()),
                                     zsh_action(values));
        }
    }
    for (CLI::Option* argument : arguments_of(command)) {
        const bool repeats = argument->get_expected_max() > 1;
        std::cout << fmt::format(" \\\n            '{}:{}:{}'", repeats ? "*" : "",
                                 zsh_text(argument->get_name()), zsh_action(values_of(*argument)));
    }
    std::cout << "\n        ;;\n";
}

void write_zsh(CLI::App& app) {
    std::cout << zsh_head;
    for (const CLI::App* command : app.get_subcommands(nullptr)) {
        std::cout << fmt::format("        '{}:{}'\n", command->get_name(),
                                 zsh_text(command->get_description()));
    }
    std::cout << "    )\n"
                 "    if (( CURRENT == 2 )); then\n"
                 "        _describe command commands\n"
                 "        return\n"
                 "    fi\n"
                 "    shift words\n"
                 "    (( CURRENT -= 1 ))\n"
                 "    case $words[1] in\n";
    for (CLI::App* command : app.get_subcommands(nullptr)) {
        write_zsh_command(*command);
    }
    std::cout << "    esac\n}\n\n"
                 "if [ \"$funcstack[1]\" = _heddle ]; then\n"
                 "    _heddle \"$@\"\n"
                 "else\n"
                 "    compdef _heddle heddle\n"
                 "fi\n";
}

// ---- fish

constexpr const char* fish_head =
    R"zsh(# Completion of heddle for fish: heddle completion fish | source
function __heddle_scenarios
    heddle list 2>/dev/null | string match -r -g '^(\S+)  '
end

complete -c heddle -f
)zsh";

// Within single quotes.
std::string fish_text(const std::string& text) {
    return replaced(replaced(text, "\\", "\\\\"), "'", "\\'");
}

void write_fish_command(CLI::App& command) {
    const std::string& name = command.get_name();
    const std::string here =
        fmt::format("complete -c heddle -n '__fish_seen_subcommand_from {}'", name);
    std::cout << fmt::format("complete -c heddle -n __fish_use_subcommand -a {} -d '{}'\n", name,
                             fish_text(command.get_description()));
    for (CLI::Option* option : named_options(command)) {
        const Values values = values_of(*option);
        std::string takes;
        if (values.kind == Values::Kind::words) {
            takes = fmt::format(" -x -a '{}'", fmt::join(values.words, " "));
        } else if (values.kind != Values::Kind::none) {
            takes = values.kind == Values::Kind::files ? " -r -F" : " -x";
        }
        std::cout << fmt::format("{} -l {}{} -d '{}'\n", here, option->get_lnames().front(), takes,
                                 fish_text(short_help(option->get_description())));
    }
    if (takes_scenarios(command)) {
        std::cout << here << " -F -a '(__heddle_scenarios)'\n";
    } else if (const auto words = argument_words(command); !words.empty()) {
        std::cout << fmt::format("{} -a '{}'\n", here, fmt::join(words, " "));
    }
}

void write_fish(CLI::App& app) {
    std::cout << fish_head;
    for (CLI::App* command : app.get_subcommands(nullptr)) {
        write_fish_command(*command);
    }
}

// ---- the command

struct Shell {
    const char* name;
    void (*write)(CLI::App& app);
};

constexpr std::array shells = {Shell{"bash", write_bash}, Shell{"zsh", write_zsh},
                               Shell{"fish", write_fish}};

class Completion final : public Command {
  public:
    void add_options(CLI::App& app) override {
        std::vector<std::string> names;
        names.reserve(shells.size());
        for (const Shell& shell : shells) {
            names.emplace_back(shell.name);
        }
        app.add_option("SHELL", shell_, "The shell that is to read it: bash, zsh or fish")
            ->required()
            ->check(one_of(names));
        app.footer(
            "Examples:\n"
            "  source <(heddle completion bash)                       for this bash\n"
            "  heddle completion zsh > ~/.zfunc/_heddle               a folder of $fpath\n"
            "  heddle completion fish > ~/.config/fish/completions/heddle.fish");
    }

    ExitCode run() override {
        ProgramApp program;
        for (const Shell& shell : shells) {
            if (shell_ == shell.name) {
                shell.write(program.app());
            }
        }
        return ExitCode::met;
    }

  private:
    std::string shell_ = {};
};

}  // namespace

std::unique_ptr<Command> make_completion() { return std::make_unique<Completion>(); }

}  // namespace heddle
