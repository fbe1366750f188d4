#include "deliver/socket_address.h"

#include <netdb.h>
#ifdef BUSYHOUR_STATIC_GLIBC
#include <nss.h>
#endif
#include <sys/un.h>

#include <cstring>
#include <memory>
#include <string>

namespace busyhour::internal {

Status FindAddresses(const Uri& uri, int type,
                     std::vector<SocketAddress>& addresses) {
  if (uri.scheme == "unix") {
    SocketAddress found;
    auto& path = reinterpret_cast<sockaddr_un&>(found.address);
    if (uri.path.empty() || uri.path.size() >= sizeof(path.sun_path)) {
      return Status::Failed(uri.text + ": the path must have 1 to " +
                            std::to_string(sizeof(path.sun_path) - 1) +
                            " characters");
    }
    path.sun_family = AF_UNIX;
    std::memcpy(path.sun_path, uri.path.c_str(), uri.path.size() + 1);
    found.length = sizeof(sockaddr_un);
    addresses.push_back(found);
    return Status::Ok();
  }
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = type;
#ifdef BUSYHOUR_STATIC_GLIBC
  // Other sources of names are modules of the machine's C library, which a
  // static program cannot load safely.
  __nss_configure_lookup("hosts", "files dns");
#endif
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(
      uri.host.c_str(), std::to_string(uri.port).c_str(), &hints, &list);
  if (error != 0) {
    return Status::Failed("cannot find the host of " + uri.text + ": " +
                          ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list,
                                                             ::freeaddrinfo);
  for (const addrinfo* at = list; at != nullptr; at = at->ai_next) {
    SocketAddress found;
    std::memcpy(&found.address, at->ai_addr, at->ai_addrlen);
    found.length = at->ai_addrlen;
    addresses.push_back(found);
  }
  return Status::Ok();
}

}  // namespace busyhour::internal
