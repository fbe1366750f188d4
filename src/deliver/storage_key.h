#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace busyhour::internal {

/// Signs requests to Azure Storage with an account key ("Shared Key").
class StorageKey {
 public:
  /// `key`: the decoded bytes of the account key.
  StorageKey(std::string account, std::string key)
      : account_(std::move(account)), key_(std::move(key)) {}

  /// The value of a request's `Authorization` header. `headers` are all headers
  /// of the request, `Name: value` each, including a date.
  std::string Authorization(std::string_view method, std::string_view url,
                            const std::vector<std::string>& headers,
                            std::size_t body_bytes) const;

  /// The text that is signed, line by line as in Azure's documentation.
  std::string SignedText(std::string_view method, std::string_view url,
                         const std::vector<std::string>& headers,
                         std::size_t body_bytes) const;

 private:
  std::string account_;
  std::string key_;
};

/// A time in seconds since 1970 as `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string HttpDate(std::int64_t seconds);

}  // namespace busyhour::internal
