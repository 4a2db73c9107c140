# SPDX-License-Identifier: Apache-2.0
# Installs the build BUILD under DIRECTORY, and builds and tests the project tests/package with what
# was installed. checker/README.md must show its example and what it prints.
# Usage: cmake -DSOURCE=... -DBUILD=... -DDIRECTORY=... -DCOMPILER=... -DFLAGS=... -P package.cmake

function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${DIRECTORY})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${DIRECTORY}/prefix)
run(${CMAKE_COMMAND} -S ${SOURCE}/tests/package -B ${DIRECTORY}/build
    -DCMAKE_PREFIX_PATH=${DIRECTORY}/prefix -DCMAKE_CXX_COMPILER=${COMPILER}
    -DCMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_FLAGS=-O1 ${FLAGS}")
run(${CMAKE_COMMAND} --build ${DIRECTORY}/build -j 2)
run(${CMAKE_CTEST_COMMAND} --test-dir ${DIRECTORY}/build --output-on-failure)

file(READ ${SOURCE}/checker/README.md readme)
file(READ ${SOURCE}/tests/package/aba.cpp example)
execute_process(COMMAND ${DIRECTORY}/build/aba OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
foreach(text example printed)
    string(FIND "${readme}" "${${text}}" place)
    if(place EQUAL -1)
        message(FATAL_ERROR "checker/README.md does not show this:\n${${text}}")
    endif()
endforeach()
