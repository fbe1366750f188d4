# The fuzzer of all other inputs. In the preset asan, only its memory is
# watched; the preset fuzz also instruments what it calls.
if(BUSYHOUR_WITH_HTTP AND CURL_FOUND AND OPENSSL_FOUND)
  add_executable(inputs_fuzz ${CMAKE_CURRENT_LIST_DIR}/inputs_fuzz.cc)
  target_include_directories(inputs_fuzz PRIVATE ${PROJECT_SOURCE_DIR}/src
                                                 ${PROJECT_SOURCE_DIR}/include)
  target_compile_options(inputs_fuzz PRIVATE -fsanitize=fuzzer-no-link)
  target_link_options(inputs_fuzz PRIVATE -fsanitize=fuzzer)
  target_link_libraries(inputs_fuzz PRIVATE busyhour_receivers
                                            busyhour_build)
endif()
