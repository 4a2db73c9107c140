# SPDX-License-Identifier: Apache-2.0
# Installs the build BUILD under DIRECTORY, and builds and tests the project tests/package with what
# was installed and then moved; runs each program from there. checker/README.md must show its example
# and what it prints.
# Usage: cmake -DSOURCE=... -DBUILD=... -DDIRECTORY=... -DCOMPILER=... -DFLAGS=... -DGENERATOR=...
#     -P package.cmake

function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${DIRECTORY})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${DIRECTORY}/installed)
file(RENAME ${DIRECTORY}/installed ${DIRECTORY}/prefix)
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${SOURCE}/tests/package -B ${DIRECTORY}/build
    -DCMAKE_PREFIX_PATH=${DIRECTORY}/prefix -DCMAKE_CXX_COMPILER=${COMPILER}
    "-DCMAKE_CXX_FLAGS=-DNDEBUG ${FLAGS}")
run(${CMAKE_COMMAND} --build ${DIRECTORY}/build -j 2)
run(${CMAKE_CTEST_COMMAND} --test-dir ${DIRECTORY}/build --output-on-failure)

# A label and a timeout reach ctest, a scenario that is not met makes ctest fail, and the program uses
# the catalogue that was installed with it.
function(must_print text)
    execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE printed ERROR_VARIABLE printed)
    # CMake breaks the lines of its messages.
    string(REGEX REPLACE "[ \n]+" " " on_one_line "${printed}")
    string(FIND "${on_one_line}" "${text}" place)
    if(place EQUAL -1)
        list(JOIN ARGN " " command)
        message(FATAL_ERROR "'${command}' does not print '${text}':\n${printed}")
    endif()
endfunction()
set(ctest ${CMAKE_CTEST_COMMAND} --test-dir ${DIRECTORY}/build)
must_print("100% tests passed, 0 tests failed out of 1" ${ctest} -L pages)
must_print("\"TIMEOUT\", \"value\" : 60"
    ${ctest} --show-only=json-v1 -R own.scenarios/two-pages)
must_print("FAIL unmet: B1 violated" ${ctest} -V -R bad.scenarios/unmet)
must_print("DIR=${DIRECTORY}/prefix/share/heddle/scenarios " ${DIRECTORY}/prefix/bin/heddle list --help)
must_print("'nowhere.toml': expected a .toml file that is there" ${CMAKE_COMMAND} -G ${GENERATOR} -S
    ${SOURCE}/tests/package/mistakes -B ${DIRECTORY}/mistakes -DMISTAKE=nowhere.toml
    -DCMAKE_PREFIX_PATH=${DIRECTORY}/prefix -DCMAKE_CXX_COMPILER=${COMPILER})
must_print("TIMEOUT is 'soon'" ${CMAKE_COMMAND} -G ${GENERATOR} -S ${SOURCE}/tests/package/mistakes
    -B ${DIRECTORY}/mistakes "-DMISTAKE=../scenarios/unmet.toml\;TIMEOUT\;soon"
    -DCMAKE_PREFIX_PATH=${DIRECTORY}/prefix -DCMAKE_CXX_COMPILER=${COMPILER})

# The other programs work from the prefix alone: heddle-stress with a catalogue that has a scenario
# more than the one in the source, heddle-conform, where the host lets it compare, with its agent.
file(COPY ${SOURCE}/tests/package/scenarios/two-pages.toml
    DESTINATION ${DIRECTORY}/prefix/share/heddle/scenarios)
must_print("FAIL two-pages/seed: B1 violated, as expected"
    ${DIRECTORY}/prefix/bin/heddle-stress two-pages/seed --time 0 --rounds 1000)
must_print("storm 1 to 4 100"
    ${DIRECTORY}/prefix/bin/heddle-bench fit ${SOURCE}/tests/package/measured.json)
execute_process(COMMAND ${DIRECTORY}/prefix/bin/heddle-conform --sequences 3 --allow-incomplete
    OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
if(printed MATCHES "nothing can be compared: " AND NOT printed MATCHES "cannot start")
    message(STATUS "heddle-conform is not tried: ${printed}")
elseif(NOT printed MATCHES "3 sequences, [0-9]+ calls compared")
    message(FATAL_ERROR "heddle-conform compares nothing:\n${printed}")
endif()

file(READ ${SOURCE}/checker/README.md readme)
file(READ ${SOURCE}/tests/package/aba.cpp example)
execute_process(COMMAND ${DIRECTORY}/build/aba OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
foreach(text example printed)
    string(FIND "${readme}" "${${text}}" place)
    if(place EQUAL -1)
        message(FATAL_ERROR "checker/README.md does not show this:\n${${text}}")
    endif()
endforeach()
