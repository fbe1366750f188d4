#pragma once

#include <string>
#include <string_view>

// What expressions of other languages, and words of the logs, are in ours.

namespace busyhour::internal {

/// `; write request(429)` for `status`: what is meant by a word that is no
/// event, quantity or property; empty if that is not known.
std::string MeantBy(std::string_view word);

/// `; write play_failed` for `Play(failed)`: what is meant by an event with an
/// answer that requests or its outcomes do not have; empty if that is not
/// known.
std::string MeantByAnswer(std::string_view event, std::string_view answer);

}  // namespace busyhour::internal
