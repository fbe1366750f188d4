#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace busyhour {

/// Takes secrets out of what a receiver says, which may repeat them: as they
/// are, or as JSON, HTML or an address would spell them.
class Secrets {
 public:
  /// Adds one, and the signature or key that is a part of it; an empty one is
  /// none.
  void Add(std::string secret);

  /// The text with `***` for each secret, up to where it is longer than `most`.
  std::string Hide(std::string_view text,
                   std::size_t most = std::string_view::npos) const;

 private:
  void AddOne(std::string secret);

  std::vector<std::string> secrets_;
};

/// An address as a person may see it whose form is wrong: without what may be
/// a password or a key in it.
///
///   https://ann:pa55@host/x?sig=1 -> https://***@host/x?***
std::string HideInAddress(std::string_view address);

}  // namespace busyhour
