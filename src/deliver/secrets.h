#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "text/escapes.h"

namespace busyhour::internal {

/// Hides secrets in a receiver's messages, which may repeat them completely or
/// in part, in any spelling.
///
/// A part of a secret is five consecutive letters and digits of it, or four if
/// the secret has fewer than ten. Upper and lower case are the same, characters
/// between the letters are ignored, and escapes of JSON, HTML, URLs and C are
/// undone first. About the same amount of a secret in hexadecimal digits or in
/// Base64, from any byte on, is also a part. The complete word around a part is
/// hidden. A secret with fewer than six letters and digits is only searched for
/// as a whole. Those parts of a shared access signature or a connection string
/// that are not secret stay visible.
class Secrets {
 public:
  /// Adds a secret. An empty one is ignored.
  void Add(const std::string& secret);

  /// Returns the text with `***` in place of each secret. Ends as soon as the
  /// result is longer than `most`.
  std::string Hide(std::string_view text,
                   std::size_t most = std::string_view::npos) const;

 private:
  void AddOne(const std::string& secret);
  void AddEncoded(const std::string& secret);
  // Adds all pieces of this length, or all letters if there are fewer.
  void AddPieces(std::string_view letters, std::size_t length);
  // Marks the bytes of the original text that parts of secrets in `layer` come
  // from.
  void Mark(const MappedText& layer, std::vector<bool>& hidden) const;

  // By length, in lower case.
  std::map<std::size_t, std::unordered_set<std::string>> pieces_;
  std::vector<std::string> short_;  // in lower case
};

/// A malformed address for a message, without the parts that may be a password
/// or a key.
///
///   https://ann:pa55@host/x?sig=1 -> https://***@host/x?***
std::string HideInAddress(std::string_view address);

}  // namespace busyhour::internal
