#include "read/line_header.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/ascii.h"
#include "read/received_time.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMostHeaderBytes = 2048;

std::string_view WithoutDigits(std::string_view text) {
  while (!text.empty() && IsDigit(text.front())) text.remove_prefix(1);
  return text;
}

// `<134>`
bool BeginsWithPriority(std::string_view text) {
  constexpr std::size_t kMostDigits = 3;
  if (!text.starts_with('<')) return false;
  text.remove_prefix(1);
  const std::string_view rest = WithoutDigits(text);
  const std::size_t digits = text.size() - rest.size();
  return digits > 0 && digits <= kMostDigits && rest.starts_with('>');
}

// Whether an object of the size that `header` begins with is at the beginning
// of `text`.
bool HasSize(std::string_view text, std::string_view header) {
  std::size_t size = 0;
  std::from_chars(header.data(), header.data() + header.size(), size);
  return size > 1 && size <= text.size() && text[size - 1] == '}';
}

// The first `count` words, with what is between them.
std::string_view Words(std::string_view text, int count) {
  std::size_t end = 0;
  for (int i = 0; i < count; ++i) {
    end = std::min(text.find_first_not_of(' ', end), text.size());
    end = std::min(text.find(' ', end), text.size());
  }
  return text.substr(0, end);
}

bool BeginsWithTime(std::string_view text) {
  if (text.starts_with('[')) text.remove_prefix(1);
  const auto is_time = [](std::string_view words) {
    if (words.ends_with(']') || words.ends_with(':')) words.remove_suffix(1);
    return words.find(':') != std::string_view::npos &&
           TimeOf(words, TimeReading()).has_value();
  };
  if (is_time(Words(text, 1)) || is_time(Words(text, 2))) return true;
  // RFC 3164: `Mar  2 08:00:00`, without a year.
  constexpr std::size_t kDateBytes = 6;
  const std::string_view words = Words(text, 3);
  return words.size() > kDateBytes && IsLetter(words.front()) &&
         is_time(std::string(words.substr(0, kDateBytes)) + ", 2000" +
                 std::string(words.substr(kDateBytes)));
}

}  // namespace

std::size_t LineHeaderBytes(std::string_view line) {
  const std::size_t object = line.substr(0, kMostHeaderBytes).find('{');
  if (object == std::string_view::npos || object == 0) return 0;
  const std::string_view header = line.substr(0, object);
  const std::string_view counted = WithoutDigits(header);
  const bool has_count =
      counted.size() < header.size() && counted.starts_with(' ');
  if (BeginsWithPriority(header) ||
      (has_count && BeginsWithPriority(counted.substr(1))) ||
      (counted == " " && HasSize(line.substr(object), header))) {
    return object;
  }
  return BeginsWithTime(header) ? object : 0;
}

}  // namespace busyhour::internal
