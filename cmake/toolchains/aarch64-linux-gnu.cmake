# Builds for Linux on 64-bit ARM with Debian's cross compiler:
#
#   dpkg --add-architecture arm64
#   apt-get install g++-aarch64-linux-gnu, and the libraries with :arm64
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CXX_COMPILER_TARGET aarch64-linux-gnu)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
# Libraries of the building machine are not those of the other one.
file(GLOB others LIST_DIRECTORIES true /usr/include/*-linux-gnu
     /usr/lib/*-linux-gnu)
list(FILTER others EXCLUDE REGEX "/${CMAKE_LIBRARY_ARCHITECTURE}$")
list(APPEND CMAKE_IGNORE_PATH ${others})
foreach(directory IN LISTS others)
  file(GLOB packages LIST_DIRECTORIES true ${directory}/cmake/*)
  list(APPEND CMAKE_IGNORE_PATH ${packages})
endforeach()
