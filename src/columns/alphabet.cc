#include "columns/alphabet.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string_view>

#include "logs/field_values.h"

namespace busyhour::internal {
namespace {

template <class Value>
std::string BytesOf(Value value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

// The double nearest to a number: powers of ten up to 10^22 are exact, and a
// quotient is rounded once.
double NearestDouble(const Number& number) {
  const double scale = std::pow(10.0, std::abs(number.decimals));
  const auto units = static_cast<double>(number.units);
  return number.decimals < 0 ? units * scale : units / scale;
}

// A text as a value of the column's type.
std::string ValueOf(const std::string& text, Stored stored) {
  if (stored == Stored::kText) return text;
  if (stored == Stored::kBoolean) return std::string(1, text == "true");
  const Number number = NumberIn(text);
  if (stored == Stored::kDouble) {
    return BytesOf(NearestDouble(number));
  }
  const auto whole = static_cast<std::int32_t>(number.units);
  if (whole != number.units || number.decimals != 0) {
    throw std::range_error("a number of the logs does not fit into 32 bits: " +
                           text);
  }
  return BytesOf(whole);
}

}  // namespace

FieldTexts TextsByResource(
    const std::vector<const Vocabulary*>& vocabularies, LogType log,
    std::vector<std::string> (*texts)(const Vocabulary& words, LogType log)) {
  FieldTexts all;
  for (const Vocabulary* const vocabulary : vocabularies) {
    all.push_back(texts == nullptr ? std::vector<std::string>{}
                                   : texts(*vocabulary, log));
  }
  return all;
}

Alphabet::Alphabet(const std::vector<const Vocabulary*>& vocabularies,
                   LogType log, const StoredColumn& column,
                   std::string_view missing_text) {
  std::map<std::string, std::size_t> known;
  if (column.stored == Stored::kBoolean) {
    for (const char* const text : {"false", "true"}) {
      const std::string value = ValueOf(text, column.stored);
      known.emplace(value, values_.size());
      values_.Add(value);
    }
  }
  for (const auto& texts :
       TextsByResource(vocabularies, log, column.field().texts)) {
    Letters& letters = resources_.emplace_back();
    for (std::size_t byte = 0; byte < texts.size(); ++byte) {
      const bool is_missing = texts[byte] == kMissingText;
      if (is_missing && column.may_be_null) continue;
      const std::string text(is_missing ? missing_text : texts[byte]);
      const std::string value = ValueOf(text, column.stored);
      const auto [at, is_new] = known.try_emplace(value, values_.size());
      if (is_new) values_.Add(value);
      letters.index[byte] = static_cast<std::uint16_t>(at->second);
      letters.present[byte] = 1;
      letters.bytes[byte] =
          static_cast<std::uint16_t>(is_missing ? 0 : text.size());
    }
  }
  if (values_.size() > 65'536) {
    throw std::length_error("a field of the logs has more than 65,536 texts");
  }
  if (values_.size() == 0) values_.Add(ValueOf("", column.stored));
}

}  // namespace busyhour::internal
