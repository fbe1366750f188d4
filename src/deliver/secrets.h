#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "text/escapes.h"

namespace busyhour {

/// Takes secrets out of what a receiver says, which may repeat them, whole or
/// in part, in any spelling.
///
/// Nothing is said that has five letters and digits in a row in common with a
/// secret (four where it has fewer than ten), in whatever case and whatever
/// stands between them, once escapes of JSON, HTML, addresses and C are undone;
/// nor what has about as much of it in common in hexadecimal digits or Base64,
/// from whichever byte on. With such a piece its whole word goes. A secret of
/// fewer than six letters and digits is looked for whole. What is not secret in
/// a shared access signature or a connection string stays.
class Secrets {
 public:
  /// Adds one; an empty one is none.
  void Add(const std::string& secret);

  /// The text with `***` for each secret, up to where it is longer than `most`.
  std::string Hide(std::string_view text,
                   std::size_t most = std::string_view::npos) const;

 private:
  void AddOne(const std::string& secret);
  void AddEncoded(const std::string& secret);
  // Adds all pieces of so many letters, or the whole where it has fewer.
  void AddPieces(std::string_view letters, std::size_t length);
  // Marks the places that what the layer says of secrets comes from.
  void Mark(const MappedText& layer, std::vector<bool>& hidden) const;

  // By their lengths, in small letters.
  std::map<std::size_t, std::unordered_set<std::string>> pieces_;
  std::vector<std::string> short_;  // in small letters
};

/// An address as a person may see it whose form is wrong: without what may be
/// a password or a key in it.
///
///   https://ann:pa55@host/x?sig=1 -> https://***@host/x?***
std::string HideInAddress(std::string_view address);

}  // namespace busyhour
