# SPDX-License-Identifier: Apache-2.0

# Says on which backend of checker/sync/ a target runs: checked or threads. CMake refuses to link
# targets of different backends into one program, however indirectly.
function(heddle_backend target backend)
    set_property(TARGET ${target} PROPERTY INTERFACE_HEDDLE_BACKEND ${backend})
    set_property(TARGET ${target} APPEND PROPERTY COMPATIBLE_INTERFACE_STRING HEDDLE_BACKEND)
endfunction()
