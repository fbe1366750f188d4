# With BUSYHOUR_STATIC, the programs contain all libraries, also the C library,
# so that they run on any Linux of their processor. The shared library contains
# all but the C library.
option(BUSYHOUR_STATIC
       "Link the programs statically; without Kafka, HTTP, TLS and AMQP" OFF)
if(NOT BUSYHOUR_STATIC)
  return()
endif()

set(CMAKE_FIND_LIBRARY_SUFFIXES .a)

# A position-independent program, if the compiler makes such code by default.
include(CheckCXXSourceCompiles)
include(CheckCXXSymbolExists)
check_cxx_symbol_exists(__GLIBC__ features.h BUSYHOUR_GLIBC)
check_cxx_source_compiles(
  "#ifndef __PIE__
  #error
  #endif
  int main() {}"
  BUSYHOUR_COMPILER_MAKES_PIE)
if(BUSYHOUR_COMPILER_MAKES_PIE)
  set(BUSYHOUR_LINK_OPTIONS -static-pie)
else()
  set(BUSYHOUR_LINK_OPTIONS -static)
endif()

# Debian has simdjson and fmt as shared libraries only.
find_path(
  BUSYHOUR_SIMDJSON simdjson.cpp
  PATHS
    ${CMAKE_CURRENT_SOURCE_DIR}/build/tools/simdjson/node_modules/@nozbe/simdjson/src
  NO_DEFAULT_PATH REQUIRED
  DOC "Directory of simdjson.cpp (scripts/npm.sh simdjson build/tools/simdjson)")

# busyhour_static_libraries(): simdjson from its source, and fmt as headers.
function(busyhour_static_libraries)
  add_library(busyhour_simdjson STATIC ${BUSYHOUR_SIMDJSON}/simdjson.cpp)
  target_compile_features(busyhour_simdjson PUBLIC cxx_std_20)
  set_target_properties(busyhour_simdjson PROPERTIES POSITION_INDEPENDENT_CODE
                                                     ON)
  target_include_directories(busyhour_simdjson SYSTEM
                             PUBLIC ${BUSYHOUR_SIMDJSON})
  # As in Debian's package.
  target_compile_definitions(busyhour_simdjson
                             PUBLIC SIMDJSON_THREADS_ENABLED=1)
  add_library(simdjson::simdjson ALIAS busyhour_simdjson)
  set(BUSYHOUR_FMT fmt::fmt-header-only PARENT_SCOPE)
endfunction()

# The licenses of what the programs contain, where Debian has them.
foreach(
  package
  libboost-dev
  libc6-dev
  libcxxopts-dev
  libdeflate-dev
  libfmt-dev
  liblz4-dev
  libsnappy-dev
  libstdc++-*-dev
  libxxhash-dev
  libzstd-dev
  nlohmann-json3-dev
  rapidjson-dev
  zlib1g-dev)
  file(GLOB licenses /usr/share/doc/${package}/copyright)
  foreach(license IN LISTS licenses)
    cmake_path(GET license PARENT_PATH folder)
    cmake_path(GET folder FILENAME name)
    install(
      FILES ${license}
      DESTINATION ${CMAKE_INSTALL_DOCDIR}/licenses
      RENAME ${name}
      COMPONENT busyhour)
  endforeach()
endforeach()
install(
  FILES ${BUSYHOUR_SIMDJSON}/../LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/licenses
  RENAME simdjson
  COMPONENT busyhour)
install(
  FILES ${CMAKE_CURRENT_SOURCE_DIR}/build/tools/uplot/node_modules/uplot/LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/licenses
  RENAME uplot
  COMPONENT busyhour
  OPTIONAL)
install(
  FILES LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR}
  COMPONENT busyhour)
