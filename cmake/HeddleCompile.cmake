# SPDX-License-Identifier: Apache-2.0
# How everything of ours is compiled and linked.

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})

# Code addresses lie in fingerprints and marks, so they must be the same in every process.
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
add_compile_options(-fno-pie)
add_link_options(-no-pie)

# Asserts stay on in every build type: CMake's own flags define NDEBUG, and this comes after them.
add_compile_options(-UNDEBUG)

# Where an operation stands in the source is part of traces and must not depend on the checkout.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(HEDDLE_WERROR)
    add_compile_options(-Werror)
endif()

# Else g++ looks for what it can free for a sixth of the time.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(--param=ggc-min-heapsize=524288)  # KiB
endif()

# How many files to compile at a time at most: the more, the less often are headers read; but enough units for
# every core.
cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
math(EXPR files_at_a_time_max "220 / ${cores}")
if(files_at_a_time_max LESS 12)
    set(files_at_a_time_max 12)
elseif(files_at_a_time_max GREATER 110)
    set(files_at_a_time_max 110)
endif()

# Units of equal size: the last one to end has nobody beside it. Calls between the files of a library may be
# inlined, too. To compile headers beforehand is not worth it for a unit or two.
function(heddle_unity target)
    get_target_property(sources ${target} SOURCES)
    list(LENGTH sources files)
    math(EXPR units "(${files} + ${files_at_a_time_max} - 1) / ${files_at_a_time_max}")
    math(EXPR files_at_a_time "(${files} + ${units} - 1) / ${units}")
    set_target_properties(${target} PROPERTIES
        UNITY_BUILD ${HEDDLE_UNITY} UNITY_BUILD_BATCH_SIZE ${files_at_a_time}
        DISABLE_PRECOMPILE_HEADERS ${HEDDLE_UNITY})
    # A name of one file may be that of a constant of another.
    if(HEDDLE_UNITY)
        target_compile_options(${target} PRIVATE -Wno-shadow)
    endif()
endfunction()

# For what is not hot: at -O1 half the time to compile, at -O0 by clang a quarter. At -Og claims, which are
# asked in every state, cost a large search 5 %.
set(HEDDLE_COLD -O1 CACHE STRING "How far to optimise what is not hot: -O0, -O1 or -O2")
function(heddle_cold target)
    target_compile_options(${target} PRIVATE $<$<NOT:$<CONFIG:Debug>>:${HEDDLE_COLD}> -g1)
endfunction()

# What fuzzers feed tells them where their input has led. Not the rest: to compile that takes twice the
# time then, and the tests half as much again.
option(HEDDLE_FUZZERS "clang++: make fuzzers of what reads from outside" OFF)
if(HEDDLE_FUZZERS)
    set(told_to_fuzzers -fsanitize=fuzzer-no-link)
endif()

if(HEDDLE_SANITIZE)
    list(JOIN HEDDLE_SANITIZE "," sanitizers)
    add_compile_options(
        -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    # A program of the address sanitizer takes binutils' other linker a quarter of the time.
    add_link_options(-fsanitize=${sanitizers} -fuse-ld=gold)
endif()
# What libraries do inside is theirs to test; it is most of what would be compiled.
if("undefined" IN_LIST HEDDLE_SANITIZE)
    add_compile_options(-fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/undefined.ignore)
endif()
