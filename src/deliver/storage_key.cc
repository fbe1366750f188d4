#include "deliver/storage_key.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <map>

#include "base/ascii.h"
#include "base/time.h"
#include "text/base64.h"

namespace busyhour::internal {
namespace {

// A query value in decoded form, as it is signed.
std::string Decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = HexDigit(text[i + 1]);
      const int low = HexDigit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    decoded += text[i];
  }
  return decoded;
}

}  // namespace

std::string StorageKey::SignedText(std::string_view method,
                                   std::string_view url,
                                   const std::vector<std::string>& headers,
                                   std::size_t body_bytes) const {
  std::map<std::string, std::string> values;
  for (const std::string& header : headers) {
    const std::size_t colon = header.find(':');
    std::string_view value = std::string_view(header).substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    values[InLowerCase(header.substr(0, colon))] = value;
  }
  std::string text = std::string(method) + '\n';
  constexpr std::array<const char*, 11> kNames = {"content-encoding",
                                                  "content-language",
                                                  "content-length",
                                                  "content-md5",
                                                  "content-type",
                                                  "date",
                                                  "if-modified-since",
                                                  "if-match",
                                                  "if-none-match",
                                                  "if-unmodified-since",
                                                  "range"};
  for (const std::string_view name : kNames) {
    const auto at = values.find(std::string(name));
    if (name == "content-length" && body_bytes > 0) {
      text += std::to_string(body_bytes);
    } else if (at != values.end()) {
      text += at->second;
    }
    text += '\n';
  }
  for (const auto& [name, value] : values) {
    if (name.starts_with("x-ms-")) text += name + ':' + value + '\n';
  }
  // After the scheme and the host.
  const std::size_t host = url.find("//") + 2;
  const std::size_t path = std::min(url.find('/', host), url.size());
  const std::size_t mark = std::min(url.find('?', path), url.size());
  text += '/' + account_;
  text += url.substr(path, mark - path);
  std::map<std::string, std::string> query;
  std::string_view rest = url.substr(mark);
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view one = rest.substr(0, end);
    const std::size_t equals = std::min(one.find('='), one.size());
    query[InLowerCase(one.substr(0, equals))] =
        Decoded(one.substr(std::min(equals + 1, one.size())));
    rest.remove_prefix(end);
  }
  for (const auto& [name, value] : query) text += '\n' + name + ':' + value;
  return text;
}

std::string StorageKey::Authorization(std::string_view method,
                                      std::string_view url,
                                      const std::vector<std::string>& headers,
                                      std::size_t body_bytes) const {
  const std::string text = SignedText(method, url, headers, body_bytes);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       hash.data(), &size);
  return "SharedKey " + account_ + ':' +
         Base64({reinterpret_cast<const char*>(hash.data()), size});
}

std::string HttpDate(std::int64_t seconds) {
  constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto date = DateOf({seconds * kMsPerSecond});
  const std::int64_t second = seconds - MidnightOf(date).ms / kMsPerSecond;
  const std::chrono::weekday weekday(std::chrono::sys_days{date});
  const auto month = static_cast<unsigned>(date.month());
  const auto two = [](std::int64_t value) {
    return std::string(value < 10 ? "0" : "") + std::to_string(value);
  };
  return std::string(kDays.substr(weekday.c_encoding() * 3, 3)) + ", " +
         two(static_cast<unsigned>(date.day())) + ' ' +
         std::string(kMonths.substr((month - 1) * 3, 3)) + ' ' +
         std::to_string(static_cast<int>(date.year())) + ' ' +
         two(second / 3600) + ':' + two(second / 60 % 60) + ':' +
         two(second % 60) + " GMT";
}

}  // namespace busyhour::internal
