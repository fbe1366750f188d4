#pragma once

#include <string>
#include <string_view>

// What expressions of other languages, and words of the logs, are in ours.

namespace busyhour::internal {

/// `; write request(429)` for `status`: what is meant by a word that is no
/// event, quantity or property; empty if that is not known.
std::string MeantBy(std::string_view word);

/// The same of an operator behind the name that it is about:
/// `; write end = a or end = b` for `end in`.
std::string MeantByOperator(std::string_view name, std::string_view word);

/// `; write requests >= 3 and requests <= 5` for `requests between 3 and 5`.
std::string MeantByBetween(std::string_view name, std::string_view least,
                           std::string_view most);

/// `; write request(429)` for a status, `; write media(8510)` for a code.
std::string MeantByNumber(std::string_view text);

/// `; write play_failed` for `Play(failed)`, if there is such an event.
std::string OutcomeMeantBy(std::string_view event, std::string_view answer);

/// `; write play_failed` for `Play(failed)`: what is meant by an event with an
/// answer that requests or its outcomes do not have; empty if that is not
/// known.
std::string MeantByAnswer(std::string_view event, std::string_view answer);

}  // namespace busyhour::internal
