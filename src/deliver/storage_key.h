#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour {

/// Signs requests to Azure Storage with an account's key ("Shared Key").
class StorageKey {
 public:
  /// `key`: the bytes that the key's Base64 stands for.
  StorageKey(std::string account, std::string key)
      : account_(std::move(account)), key_(std::move(key)) {}

  /// The value of a request's `Authorization` header. `headers` are all that it
  /// is sent with, `Name: value` each, a date among them.
  std::string Authorization(std::string_view method, std::string_view url,
                            const std::vector<std::string>& headers,
                            std::size_t body_bytes) const;

  /// What is signed; line by line, as Azure documents it.
  std::string SignedText(std::string_view method, std::string_view url,
                         const std::vector<std::string>& headers,
                         std::size_t body_bytes) const;

 private:
  std::string account_;
  std::string key_;
};

/// `Sun, 06 Nov 1994 08:49:37 GMT`, of a time in seconds since 1970.
std::string HttpDate(std::int64_t seconds);

}  // namespace busyhour
