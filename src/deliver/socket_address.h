#pragma once

#include <sys/socket.h>

#include <vector>

#include "base/status.h"
#include "deliver/uri.h"

namespace busyhour::internal {

/// An address to which a socket can connect.
struct SocketAddress {
  sockaddr_storage address{};
  socklen_t length = 0;
};

/// The addresses of a host and port, or of a local path for the scheme `unix`.
/// Fails if there is none.
Status FindAddresses(const Uri& uri, int type,
                     std::vector<SocketAddress>& addresses);

}  // namespace busyhour::internal
