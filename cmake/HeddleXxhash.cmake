# SPDX-License-Identifier: Apache-2.0
# Defines heddle::xxhash, here and (installed with the package) in projects that use the checker:
# Debian's xxhash has no CMake package.
find_path(XXHASH_INCLUDE_DIR xxhash.h)
find_library(XXHASH_LIBRARY xxhash)
if(XXHASH_INCLUDE_DIR AND XXHASH_LIBRARY AND NOT TARGET heddle::xxhash)
    add_library(heddle::xxhash UNKNOWN IMPORTED)
    set_target_properties(heddle::xxhash PROPERTIES
        IMPORTED_LOCATION "${XXHASH_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${XXHASH_INCLUDE_DIR}")
endif()
