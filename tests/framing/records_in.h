#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/run_job.h"
#include "framing/frame.h"

namespace busyhour::internal {

/// The records in a file, or in a message to a receiver, parsed by the rules of
/// the frame: objects, or arrays of the values of a row.
inline std::vector<nlohmann::ordered_json> RecordsIn(Frame frame,
                                                     std::string_view text) {
  using OrderedJson = nlohmann::ordered_json;
  std::vector<OrderedJson> records;
  const auto add_all = [&records](const OrderedJson& array) {
    for (const OrderedJson& each : array) records.push_back(each);
  };
  const auto parse = [](const OrderedJson& string) {
    return OrderedJson::parse(string.get<std::string>());
  };
  std::vector<std::string_view> lines = LinesOf(text);
  switch (frame) {
    case Frame::kJsonl:
    case Frame::kRecord:
      for (const auto line : lines) records.push_back(OrderedJson::parse(line));
      break;
    case Frame::kArray:
      add_all(OrderedJson::parse(text));
      break;
    case Frame::kEventHub:
      for (const auto line : lines)
        add_all(OrderedJson::parse(line)["records"]);
      break;
    case Frame::kCsv:
      // Skips the header. Values in quotes may contain commas, but no quotes.
      for (std::size_t i = 1; i < lines.size(); ++i) {
        OrderedJson& row = records.emplace_back(OrderedJson::array());
        for (std::size_t begin = 0; begin <= lines[i].size();) {
          const std::size_t from = lines[i].substr(begin).starts_with('"')
                                       ? lines[i].find('"', begin + 1)
                                       : begin;
          const std::size_t end =
              std::min(lines[i].find(',', from), lines[i].size());
          row.push_back(lines[i].substr(begin, end - begin));
          begin = end + 1;
        }
      }
      break;
    case Frame::kQuery:
      add_all(OrderedJson::parse(text)["tables"][0]["rows"]);
      break;
    case Frame::kOctets:
      while (!text.empty()) {
        const std::size_t space = text.find(' ');
        const auto size = std::stoul(std::string(text.substr(0, space)));
        records.push_back(OrderedJson::parse(text.substr(space + 1, size)));
        text.remove_prefix(space + 1 + size);
      }
      break;
    case Frame::kParquet:
      ADD_FAILURE() << "columns have no text";
      break;
    case Frame::kElastic:
      for (std::size_t i = 0; i < lines.size(); i += 2) {
        EXPECT_TRUE(OrderedJson::parse(lines[i])["create"]["_id"].is_string());
        records.push_back(OrderedJson::parse(lines.at(i + 1)));
      }
      break;
    case Frame::kSplunk:
      for (const auto line : lines) {
        records.push_back(OrderedJson::parse(line)["event"]);
      }
      break;
    case Frame::kLoki:
      for (const auto line : lines) {
        const OrderedJson push = OrderedJson::parse(line);
        for (const OrderedJson& stream : push["streams"]) {
          for (const OrderedJson& value : stream["values"]) {
            records.push_back(parse(value[1]));
          }
        }
      }
      break;
    case Frame::kOtlp:
      for (const auto line : lines) {
        const OrderedJson scope =
            OrderedJson::parse(line)["resourceLogs"][0]["scopeLogs"][0];
        for (const OrderedJson& record : scope["logRecords"]) {
          records.push_back(parse(record["body"]["stringValue"]));
        }
      }
      break;
  }
  return records;
}

/// Converts the objects of `jsonl` to the records of the frame.
inline std::vector<nlohmann::ordered_json> AsHeldBy(
    Frame frame, std::vector<nlohmann::ordered_json> objects) {
  if (Info(frame).style == RowStyle::kObject) return objects;
  for (auto& object : objects) {
    nlohmann::ordered_json row = nlohmann::ordered_json::array();
    for (const auto& value : object) row.push_back(value);
    object = std::move(row);
  }
  return objects;
}

}  // namespace busyhour::internal
