# The calls that only Linux has are in src/base/system_linux.cc. Its twin
# src/base/system_portable.cc uses those of POSIX and of the BSDs, for other
# systems, such as macOS.
option(BUSYHOUR_PORTABLE "Use no call that only Linux has" OFF)
if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
  set(BUSYHOUR_PORTABLE ON)
endif()

# busyhour_portable(TARGET): lets the users of TARGET see only what other systems
# have, too.
function(busyhour_portable target)
  # Boost.Asio then waits with select(2), or with what the system has.
  target_compile_definitions(
    ${target} INTERFACE BOOST_ASIO_DISABLE_EPOLL BOOST_ASIO_DISABLE_EVENTFD)
  # The headers of glibc declare what POSIX and the BSDs have, no more. GCC and
  # clang would ask for everything.
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    target_compile_options(
      ${target}
      INTERFACE -U_GNU_SOURCE -D_DEFAULT_SOURCE -D_XOPEN_SOURCE=700
                "SHELL:-include ${CMAKE_CURRENT_SOURCE_DIR}/cmake/posix_only.h")
  endif()
endfunction()
