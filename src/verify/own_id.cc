#include "verify/own_id.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/system.h"
#include "verify/comparer.h"

namespace busyhour::internal {
namespace {

// The text before a record's own id in an encoded object.
struct IdKey {
  std::string plain;  // `"operationId":"`
  std::string page;   // `"OperationId": "`
};
const IdKey& IdKeyOf(LogType log, Shape shape) {
  static const auto keys = [] {
    std::array<PerLog<IdKey>, kShapeCount> made;
    for (const Shape each_shape : kShapes) {
      for (const LogType each : kLogTypes) {
        for (const Column& column : Columns(each, each_shape)) {
          if (!IsOwnId(*column.field)) continue;
          const std::string name = '"' + std::string(column.name) + "\":";
          made[static_cast<std::size_t>(each_shape)][each] = {name + '"',
                                                              name + " \""};
        }
      }
    }
    return made;
  }();
  return keys[static_cast<std::size_t>(shape)][log];
}

// The offset of `key`, which is usually soon after `usual`.
std::size_t FindKey(std::string_view text, std::string_view key,
                    std::size_t usual) {
  // The values before it have similar lengths.
  constexpr std::size_t kSoon = 64;
  // The capital of `Id` is rarer in records than the quote before the name.
  constexpr char kRare = 'I';
  const std::size_t rare = key.rfind(kRare);
  if (usual < text.size() && rare < key.size()) {
    const std::string_view soon = text.substr(usual, key.size() + kSoon);
    std::size_t at = soon.find(kRare, rare);
    for (; at < soon.size(); at = soon.find(kRare, at + 1)) {
      if (soon.substr(at - rare).starts_with(key)) return usual + at - rare;
    }
  }
  return FindBytes(text, key);
}

}  // namespace

std::string_view OwnIdFinder::KeyOf(LogType log, Shape shape,
                                    std::string_view record) {
  const IdKey& keys = IdKeyOf(log, shape);
  return record.starts_with("{\n") ? keys.page : keys.plain;
}

std::optional<KnownId> OwnIdFinder::Find(std::string_view text,
                                         std::string_view key,
                                         std::size_t& usual) const {
  std::size_t at = FindKey(text, key, usual);
  if (at == std::string_view::npos) return std::nullopt;
  usual = std::min(usual, at);
  at += key.size();
  if (at + kGuidTextBytes > text.size()) return std::nullopt;
  const auto guid = ParseGuid(text.substr(at, kGuidTextBytes));
  const auto known = guid ? worlds_.Decrypt(*guid) : std::nullopt;
  if (!known) return std::nullopt;
  const Identity& identity = known->first;
  return KnownId{identity, {identity.slot, identity.ordinal, known->second}};
}

}  // namespace busyhour::internal
