# Run by CPack before it makes the packages: adds what Debian's policy requires
# to each component, and compresses manual pages.
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  set(usr ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  set(doc ${usr}/share/doc/${component})
  file(COPY ${CPACK_BUSYHOUR_SOURCE_DIR}/cmake/deb/copyright DESTINATION ${doc})
  # The changes for users, and those of the packaging.
  configure_file(${CPACK_BUSYHOUR_SOURCE_DIR}/CHANGELOG.md ${doc}/changelog
                 COPYONLY)
  string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
  file(
    WRITE ${doc}/changelog.Debian
    "busyhour (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium\n\n"
    "  * Version ${CPACK_PACKAGE_VERSION}; see changelog.gz.\n\n"
    " -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
  file(GLOB pages ${usr}/share/man/man*/*)
  # Without time and name, so that the same build gives the same package.
  execute_process(COMMAND gzip -9nf ${doc}/changelog ${doc}/changelog.Debian
                          ${pages} COMMAND_ERROR_IS_FATAL ANY)
  file(
    CHMOD_RECURSE ${usr}/share/doc
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ
    DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
                          GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endforeach()
