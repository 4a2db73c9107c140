# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts under the prefix, and what find_package(heddle) finds there: the
# checker and its facade, the program with its catalogue, and heddle_add_scenarios(). The other
# programs lie beside it.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(heddle_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/heddle)
set(heddle_include_dir ${CMAKE_INSTALL_INCLUDEDIR}/heddle)

install(TARGETS heddle_sync heddle_checker heddle EXPORT heddle
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
    INCLUDES DESTINATION ${heddle_include_dir})
# heddle-conform starts the agent, which must lie beside it. Not every build has all of them.
foreach(program heddle-stress heddle-conform heddle-conform-agent heddle-bench)
    if(TARGET ${program})
        install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    endif()
endforeach()
install(EXPORT heddle NAMESPACE heddle:: FILE heddleTargets.cmake
    DESTINATION ${heddle_package_dir})

# Those of checker/heddle.h, and those that they include.
foreach(header budget estimate execution gtest heddle reductions scenario schedule search text
        verdict world_memory)
    install(FILES checker/${header}.h DESTINATION ${heddle_include_dir}/checker)
endforeach()
install(DIRECTORY checker/sync DESTINATION ${heddle_include_dir}/checker
    FILES_MATCHING PATTERN "*.h")

# The programs look for it at ../share/heddle/scenarios from where they lie themselves.
file(GLOB_RECURSE catalogue RELATIVE ${PROJECT_SOURCE_DIR}/scenarios CONFIGURE_DEPENDS
    scenarios/*.toml)
foreach(file ${catalogue})
    get_filename_component(folder ${file} DIRECTORY)
    install(FILES scenarios/${file} DESTINATION share/heddle/scenarios/${folder})
endforeach()

configure_package_config_file(cmake/heddleConfig.cmake.in heddleConfig.cmake
    INSTALL_DESTINATION ${heddle_package_dir})
write_basic_package_version_file(heddleConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/heddleConfig.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/heddleConfigVersion.cmake
    cmake/HeddleScenarios.cmake
    cmake/HeddleXxhash.cmake
    DESTINATION ${heddle_package_dir})
