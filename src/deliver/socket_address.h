#pragma once

#include <sys/socket.h>

#include <vector>

#include "base/status.h"
#include "deliver/uri.h"

namespace busyhour {

/// An address that a socket can be connected to.
struct SocketAddress {
  sockaddr_storage address{};
  socklen_t length = 0;
};

/// The addresses of a host's port, or of a path of this machine for scheme
/// `unix`; fails when there is none.
Status FindAddresses(const Uri& uri, int type,
                     std::vector<SocketAddress>& addresses);

}  // namespace busyhour
