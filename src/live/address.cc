#include "live/address.h"

#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace busyhour::internal {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> ParseIp(std::string_view text) {
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return address;
}

// `[::1]` without its brackets.
std::string_view WithoutBrackets(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    text.remove_prefix(1);
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

std::string Address::Text() const {
  const bool is_six = ip.find(':') != ip.npos;
  return (is_six ? '[' + ip + ']' : ip) + ':' + std::to_string(port);
}

bool Address::is_loopback() const {
  const auto address = ParseIp(ip);
  return address && address->is_loopback();
}

std::optional<Address> ParseAddress(std::string_view text) {
  Address address;
  const std::size_t colon = text.rfind(':');
  if (colon != text.npos) {
    const std::string_view host = text.substr(0, colon);
    const auto parsed = ParseIp(WithoutBrackets(host));
    if (!parsed || parsed->is_v6() != host.starts_with('[')) {
      return std::nullopt;
    }
    address.ip = parsed->to_string();
    text.remove_prefix(colon + 1);
  }
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), address.port);
  if (error != std::errc() || end != text.data() + text.size() ||
      address.port == 0) {
    return std::nullopt;
  }
  return address;
}

bool IsOwnHost(std::string_view host, std::string_view host_name) {
  std::string_view name = host;
  const std::size_t colon = host.rfind(':');
  // The colons of `[::1]` are part of the address.
  if (colon != host.npos &&
      (host.find(':') == colon || host[colon - 1] == ']')) {
    name = host.substr(0, colon);
  }
  return name == "localhost" || (!name.empty() && name == host_name) ||
         ParseIp(WithoutBrackets(name)).has_value();
}

}  // namespace busyhour::internal
