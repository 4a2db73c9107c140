# SPDX-License-Identifier: Apache-2.0
# What every build needs. tests/ and bench/ find their own framework.

find_package(Threads REQUIRED)

# The static library keeps the addresses of the fiber switch the same in every process.
set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.74 REQUIRED COMPONENTS context)

# Only its header is used, with XXH_INLINE_ALL.
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
find_library(XXHASH_LIBRARY xxhash REQUIRED)

find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)

# Its CMake package links a library that the header-only use does not need.
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
