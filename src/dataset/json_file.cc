#include "dataset/json_file.h"

#include <cstddef>
#include <set>
#include <stdexcept>
#include <utility>

#include "base/whole_file.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kMostFileBytes = 64 << 20;
// Our files have far fewer levels. Much deeper JSON could not be processed.
constexpr int kMostDepth = 16;

// Throws `std::runtime_error` if an object has a name twice, or if the nesting
// is too deep.
nlohmann::json ParseStrictly(const std::string& text) {
  std::vector<std::set<std::string>> names;
  return nlohmann::json::parse(
      text,
      [&names](int depth, nlohmann::json::parse_event_t event,
               nlohmann::json& parsed) {
        if (depth > kMostDepth) throw std::runtime_error("is nested too deep");
        if (event == nlohmann::json::parse_event_t::object_start)
          names.emplace_back();
        if (event == nlohmann::json::parse_event_t::object_end)
          names.pop_back();
        if (event == nlohmann::json::parse_event_t::key &&
            !names.back().insert(parsed.get<std::string>()).second) {
          throw std::runtime_error("has " + parsed.dump() + " twice");
        }
        return true;
      },
      false);
}

}  // namespace

std::optional<nlohmann::json> ReadJsonFile(const std::string& path,
                                           std::string_view kind,
                                           std::vector<Problem>& problems) {
  std::string why;
  const std::string thing(kind);
  const std::optional<std::string> text =
      ReadWholeFile(path, kMostFileBytes, why);
  if (text && text->size() > kMostFileBytes) {
    why = "is too large for " + thing + ": more than 64 MiB";
  } else if (text) {
    try {
      nlohmann::json json = ParseStrictly(*text);
      if (!json.is_discarded()) return json;
      why = "is not JSON";
    } catch (const std::runtime_error& error) {
      why = "is not " + thing + " of busyhour: it " + error.what();
    }
  }
  problems.push_back({path, 0, 0, "", std::move(why)});
  return std::nullopt;
}

}  // namespace busyhour::internal
