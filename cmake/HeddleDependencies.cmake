# SPDX-License-Identifier: Apache-2.0
# What every build needs. tests/ and bench/ find their own framework.

find_package(Threads REQUIRED)

# The static library keeps the addresses of the fiber switch the same in every process.
set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.74 REQUIRED COMPONENTS context)

include(cmake/HeddleXxhash.cmake)
if(NOT TARGET heddle::xxhash)
    message(FATAL_ERROR "No xxhash (Debian: libxxhash-dev)")
endif()

find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 3.37 REQUIRED)

# Its CMake package links a library that the header-only use does not need.
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
