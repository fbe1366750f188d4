#include "load/body_limit.h"

#include <algorithm>

#include "base/units.h"

namespace busyhour::internal {
namespace {

std::string BytesText(std::size_t bytes) {
  return FormatCount(bytes) + " bytes";
}

}  // namespace

BodyLimit BodyLimit::Of(std::size_t most_taken, std::size_t least_refused,
                        bool is_stated) noexcept {
  BodyLimit limit;
  limit.Take(most_taken);
  if (is_stated) {
    limit.State(least_refused - 1);
  } else {
    limit.Refuse(least_refused);
  }
  return limit;
}

void BodyLimit::Merge(const BodyLimit& other) noexcept {
  Take(other.most_taken_);
  if (other.is_stated_) {
    State(other.most_);
  } else if (other.is_known()) {
    Refuse(other.least_refused_);
  }
}

void BodyLimit::Take(std::size_t bytes) noexcept {
  most_taken_ = std::max(most_taken_, bytes);
}

void BodyLimit::Refuse(std::size_t bytes) noexcept {
  if (is_known() && bytes >= least_refused_) return;
  least_refused_ = bytes;
  // Accepted sizes are within the limit, unless this body was refused for
  // another reason.
  const std::size_t half = bytes / 2;
  const std::size_t most =
      most_taken_ >= half && most_taken_ < bytes ? most_taken_ : half;
  most_ = most_ == 0 ? most : std::min(most_, most);
  most_ = std::max(most_, most_taken_);
}

void BodyLimit::State(std::size_t bytes) noexcept {
  // A receiver may state another limit on its next connection.
  is_stated_ = true;
  most_ = bytes;
  least_refused_ = bytes + 1;
}

std::string WordsOf(const BodyLimit& limit) {
  if (!limit.is_known()) return "";
  if (limit.is_stated()) {
    return "states a limit of " + BytesText(limit.most()) + " for a body";
  }
  return "refused bodies of " + BytesText(limit.least_refused()) +
         (limit.most_taken() >= limit.least_refused()
              ? " and accepted others of up to "
              : " and accepted bodies of up to ") +
         BytesText(limit.most_taken());
}

}  // namespace busyhour::internal
