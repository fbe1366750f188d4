# The packages that scripts/package.sh makes with CPack: a tarball of the
# programs with BUSYHOUR_STATIC, else one .deb for each component of the
# installation, by the same name. A new component needs its name in
# CPACK_COMPONENTS_ALL, a description, and its section and dependencies.
set(CPACK_PACKAGE_VENDOR "busyhour")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
    WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL busyhour)

if(BUSYHOUR_STATIC)
  string(TOLOWER ${CMAKE_SYSTEM_NAME} system)
  set(CPACK_PACKAGE_FILE_NAME
      busyhour-${PROJECT_VERSION}-${system}-${CMAKE_SYSTEM_PROCESSOR})
  set(CPACK_PACKAGING_INSTALL_PREFIX /)
  set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
  set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
  set(CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY ON)
  include(CPack)
  return()
endif()

list(APPEND CPACK_COMPONENTS_ALL libbusyhour-dev)
if(BUSYHOUR_BUILD_SHARED)
  list(APPEND CPACK_COMPONENTS_ALL libbusyhour-c0)
endif()
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)

# Debian names who made a package; these variables are those of its tools.
set(maintainer_name $ENV{DEBFULLNAME})
set(maintainer_email $ENV{DEBEMAIL})
if(NOT maintainer_name OR NOT maintainer_email)
  set(maintainer_name "busyhour maintainers")
  set(maintainer_email "busyhour@users.noreply.github.com")
endif()
set(CPACK_PACKAGE_CONTACT "${maintainer_name} <${maintainer_email}>")

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/cmake/deb_files.cmake)
set(CPACK_BUSYHOUR_SOURCE_DIR ${CMAKE_CURRENT_SOURCE_DIR})

# Under the description of the project.
set(CPACK_COMPONENT_BUSYHOUR_DESCRIPTION
    "busyhour simulates telephone calls and writes the logs that Azure
Communication Services Call Automation would write about them. It loads
receivers with these records, and verifies what arrived.")
set(CPACK_DEBIAN_BUSYHOUR_PACKAGE_NAME busyhour)
set(CPACK_DEBIAN_BUSYHOUR_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_BUSYHOUR_PACKAGE_SHLIBDEPS ON)
# Time zones that a profile names.
set(CPACK_DEBIAN_BUSYHOUR_PACKAGE_RECOMMENDS tzdata)

set(CPACK_COMPONENT_LIBBUSYHOUR-DEV_DESCRIPTION
    "The static library of busyhour, its C++ headers, and the files by which
CMake and pkg-config find them.")
set(CPACK_DEBIAN_LIBBUSYHOUR-DEV_PACKAGE_NAME libbusyhour-dev)
set(CPACK_DEBIAN_LIBBUSYHOUR-DEV_PACKAGE_SECTION libdevel)
# The libraries that a program with the static library must link.
set(CPACK_DEBIAN_LIBBUSYHOUR-DEV_PACKAGE_DEPENDS
    "libdeflate-dev, libfmt-dev, liblz4-dev, libsimdjson-dev, libsnappy-dev, libzstd-dev, zlib1g-dev")

set(CPACK_COMPONENT_LIBBUSYHOUR-C0_DESCRIPTION
    "The shared library of busyhour with an interface in C, for other languages.")
set(CPACK_DEBIAN_LIBBUSYHOUR-C0_PACKAGE_NAME libbusyhour-c0)
set(CPACK_DEBIAN_LIBBUSYHOUR-C0_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBBUSYHOUR-C0_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LIBBUSYHOUR-C0_PACKAGE_RECOMMENDS tzdata)
# Programs that are linked with it get a dependency, and the system notices it.
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_LIBBUSYHOUR-C0_PACKAGE_CONTROL_EXTRA
    ${CMAKE_CURRENT_SOURCE_DIR}/cmake/deb/triggers)
if(BUSYHOUR_BUILD_SHARED)
  string(
    APPEND CPACK_DEBIAN_LIBBUSYHOUR-DEV_PACKAGE_DEPENDS
    ", libbusyhour-c0 (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
endif()

include(CPack)
