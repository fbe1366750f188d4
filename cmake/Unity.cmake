option(BUSYHOUR_UNITY "Compile each folder as one file" OFF)

# The files of src/logs that are not a log.
set(shared_by_logs
    call_log_fields
    cast
    field_names
    field_values
    log
    origin
    phone_numbers
    recording_id
    worlds)

# busyhour_unity(TARGET): with BUSYHOUR_UNITY, compiles each folder of a target
# (in src/ or tests/) as one file, which takes 40 % less time. Names in the
# unnamed namespaces of a folder must then differ. The logs use the same names
# by design, so they are compiled separately. So are the files of `scenario` in
# a release, because GCC then inlines them better.
function(busyhour_unity target)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(GET source STEM name)
    if((folder STREQUAL "src/logs" AND NOT name IN_LIST shared_by_logs)
       OR (folder STREQUAL "src/scenario" AND CMAKE_BUILD_TYPE STREQUAL
                                              "Release"))
      set_source_files_properties(${source} PROPERTIES
                                  SKIP_UNITY_BUILD_INCLUSION ON)
    else()
      cmake_path(GET folder FILENAME room)
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP "${room}")
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${BUSYHOUR_UNITY}
                                          UNITY_BUILD_MODE GROUP)
endfunction()
