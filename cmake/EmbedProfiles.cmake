include(${CMAKE_CURRENT_LIST_DIR}/WriteIfChanged.cmake)

# embed_profiles(<output.cc> <profile.json>...)
#
# Writes a source file that defines busyhour::internal::BuiltinProfiles() with the text of
# the profiles, each named after its file. CMake writes the file when it
# configures, and configures again when a profile changes.
function(embed_profiles output)
  set(code "// Made by cmake/EmbedProfiles.cmake; do not edit.\n")
  string(APPEND code "#include \"profile/load.h\"\n\nnamespace busyhour::internal {\n\n")
  string(APPEND code "const std::vector<BuiltinProfile>& BuiltinProfiles() {\n")
  string(APPEND code "  static const std::vector<BuiltinProfile> profiles = {\n")
  foreach(profile IN LISTS ARGN)
    get_filename_component(path "${profile}" ABSOLUTE)
    get_filename_component(name "${profile}" NAME_WE)
    file(READ "${path}" text)
    # One literal per line, because compilers limit the length of a literal.
    string(REPLACE "\n" "\n)json\"\n       R\"json(" text "${text}")
    string(APPEND code "      {\"${name}\",\n       R\"json(${text})json\"},\n")
    if(NOT CMAKE_SCRIPT_MODE_FILE)
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
    endif()
  endforeach()
  string(APPEND code "  };\n  return profiles;\n}\n\n}  // namespace busyhour::internal\n")
  write_if_changed("${output}" "${code}")
endfunction()
