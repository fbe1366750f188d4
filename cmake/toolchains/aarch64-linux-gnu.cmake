# Builds for Linux on 64-bit ARM with Debian's cross compiler
# (g++-aarch64-linux-gnu) and the libraries that scripts/arm64.sh unpacks.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CXX_COMPILER_TARGET aarch64-linux-gnu)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

set(unpacked ${CMAKE_CURRENT_LIST_DIR}/../../build/tools/arm64/root/usr)
list(PREPEND CMAKE_PREFIX_PATH ${unpacked})
# Headers that are the same for all architectures are those of this machine; its
# libraries are not those of the other.
file(GLOB others LIST_DIRECTORIES true /usr/include/*-linux-gnu
     /usr/lib/*-linux-gnu)
list(APPEND CMAKE_IGNORE_PATH ${others})
foreach(directory IN LISTS others)
  file(GLOB packages LIST_DIRECTORIES true ${directory}/cmake/*)
  list(APPEND CMAKE_IGNORE_PATH ${packages})
endforeach()
