#include "deliver/bulk_answer.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

namespace busyhour::internal {
namespace {

using Json = nlohmann::json;

// Maximum size of a text about an item.
constexpr std::size_t kMostWords = 4096;

class BulkReader : public nlohmann::json_sax<Json> {
 public:
  // Stops after `most_items` items.
  explicit BulkReader(std::uint64_t most_items) : most_items_(most_items) {}

  std::optional<bool> errors;
  std::vector<BulkAnswer::Item> items;

  bool boolean(bool value) override {
    if (depth_ == 1 && key_ == "errors") errors = value;
    return true;
  }
  bool number_integer(number_integer_t value) override {
    return Number(static_cast<double>(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Number(static_cast<double>(value));
  }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool null() override { return true; }
  bool binary(binary_t&) override { return true; }
  bool string(string_t& value) override {
    if (!in_items_ || depth_ != kErrorDepth || items.empty()) return true;
    if (key_ == "type") items.back().type = value.substr(0, kMostWords);
    if (key_ == "reason") items.back().reason = value.substr(0, kMostWords);
    return true;
  }
  bool key(string_t& name) override {
    key_ = name;
    return true;
  }
  bool start_object(std::size_t) override {
    ++depth_;
    if (in_items_ && depth_ == kItemDepth) {
      if (items.size() == most_items_) return false;
      items.emplace_back();
    }
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    if (++depth_ == kListDepth && key_ == "items") in_items_ = true;
    return true;
  }
  bool end_array() override {
    if (depth_-- == kListDepth) in_items_ = false;
    return true;
  }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  static constexpr int kListDepth = 2;
  static constexpr int kItemDepth = 3;
  static constexpr int kResultDepth = 4;
  static constexpr int kErrorDepth = 5;

  bool Number(double value) {
    if (in_items_ && depth_ == kResultDepth && key_ == "status" &&
        !items.empty() && value >= 100 && value < 1000) {
      items.back().status = static_cast<int>(value);
    }
    return true;
  }

  const std::uint64_t most_items_;
  int depth_ = 0;
  bool in_items_ = false;
  std::string key_;
};

}  // namespace

std::optional<BulkAnswer> ReadBulkAnswer(const std::string& text,
                                         std::uint64_t most_items) {
  BulkReader reader(most_items);
  if (!Json::sax_parse(text, &reader) || !reader.errors) return std::nullopt;
  return BulkAnswer{*reader.errors, std::move(reader.items)};
}

}  // namespace busyhour::internal
