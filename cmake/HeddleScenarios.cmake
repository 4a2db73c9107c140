# SPDX-License-Identifier: Apache-2.0
# Scenario files as tests, here and (installed with the package) in projects that use it.

# heddle_add_scenarios(NAME FILE... [LABELS label...] [TIMEOUT seconds] [ARGS argument...])
#
# Adds a test NAME.<file without .toml> for each scenario file, which passes if all its variants meet
# what they expect, are not vacuous, and are checked completely. FILE is relative to the folder of the
# CMakeLists.txt. LABELS are those of ctest -L, besides `heddle`. TIMEOUT is in seconds for each test
# (default 300). ARGS go to `heddle check`, such as --time-budget 60 or --jobs 4.
function(heddle_add_scenarios name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "LABELS;ARGS")
    set(files ${arg_UNPARSED_ARGUMENTS})
    if(NOT files)
        message(FATAL_ERROR "heddle_add_scenarios(${name}): no files; expected .toml files")
    endif()
    if(arg_KEYWORDS_MISSING_VALUES)
        message(FATAL_ERROR
            "heddle_add_scenarios(${name}): no value for ${arg_KEYWORDS_MISSING_VALUES}")
    endif()
    if(NOT DEFINED arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    elseif(NOT arg_TIMEOUT MATCHES "^[1-9][0-9]*$")
        message(FATAL_ERROR "heddle_add_scenarios(${name}): TIMEOUT is '${arg_TIMEOUT}'; expected a "
            "number of seconds, 1 or more")
    endif()
    foreach(file IN LISTS files)
        get_filename_component(path ${file} ABSOLUTE)
        if(NOT EXISTS ${path} OR NOT path MATCHES "\\.toml$")
            message(FATAL_ERROR
                "heddle_add_scenarios(${name}): '${file}': expected a .toml file that is there")
        endif()
        string(REGEX REPLACE "\\.toml$" "" test ${file})
        add_test(NAME ${name}.${test} COMMAND heddle::heddle check ${path} ${arg_ARGS})
        set_tests_properties(${name}.${test} PROPERTIES
            TIMEOUT ${arg_TIMEOUT} LABELS "heddle;${arg_LABELS}")
    endforeach()
endfunction()
