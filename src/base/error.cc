#include "busyhour/error.h"

#include <cstddef>

#include "base/printable.h"

namespace busyhour {
namespace {

constexpr std::size_t kMostSource = 4096;

std::string JoinLines(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += problem.Text();
  }
  return text;
}

}  // namespace

std::string Problem::Text() const {
  // The text may contain file names and text from other programs.
  std::string text = internal::Printable(source, kMostSource);
  if (line > 0) {
    text += ':' + std::to_string(line) + ':' + std::to_string(column);
  }
  if (!text.empty()) text += ": ";
  if (!pointer.empty()) text += internal::ForPerson(pointer) + "  ";
  return text + internal::ForPerson(message);
}

InputError::InputError(std::vector<Problem> problems)
    : std::runtime_error(JoinLines(problems)), problems_(std::move(problems)) {}

InputError::InputError(std::string source, std::string message)
    : InputError(std::vector<Problem>{
          {std::move(source), 0, 0, {}, std::move(message)}}) {}

}  // namespace busyhour
