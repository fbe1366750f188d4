option(BUSYHOUR_UNITY "Compile each room as one file" OFF)

# busyhour_unity(TARGET): with BUSYHOUR_UNITY, compiles each folder of a target
# (in src/ or tests/) as one file, which takes 40 % less time. Names in the
# unnamed namespaces of a folder must then differ. The files of `logs` and
# `framing` use the same names by design, so they are compiled separately. So
# are the files of `scenario`, because GCC then inlines them better.
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
