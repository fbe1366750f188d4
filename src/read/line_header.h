#pragma once

#include <cstddef>
#include <string_view>

namespace busyhour::internal {

/// The length of the header before the JSON object in a line of a log daemon; 0
/// if there is none. Known headers begin with
/// - the size of the object in octets, `901 `;
/// - a priority, `<134>1 2026-03-02T08:00:00Z host app - - - `, after a size
///   or not (RFC 5424, RFC 3164, RFC 6587);
/// - a time, as in files of syslog daemons and of containers:
///   `2026-03-02T08:00:00.1Z stdout F `, `Mar  2 08:00:00 host app: `.
std::size_t LineHeaderBytes(std::string_view line);

}  // namespace busyhour::internal
