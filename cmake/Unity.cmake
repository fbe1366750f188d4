option(BUSYHOUR_UNITY "Compile each room as one file" OFF)

# busyhour_unity(TARGET): with BUSYHOUR_UNITY, each room of a target (a folder
# of src/ or tests/) is compiled as one file, which takes a third less time.
# Names in a room's unnamed namespaces must differ then; those of `logs` and
# `framing` are alike by design, so their files are compiled each by itself, as
# are those of `scenario`, which GCC then inlines better.
function(busyhour_unity target)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    if(folder MATCHES "^src/(logs|framing|scenario)$")
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
