#include "encode/damage.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/sanitized.h"
#include "base/stream.h"
#include "encode/encoder.h"
#include "encode/sample.h"
#include "encode/shape.h"
#include "encode/spellings.h"
#include "logs/field_names.h"

namespace busyhour::internal {
namespace {

using Json = nlohmann::ordered_json;

using sample::AllSpellings;
using sample::Spelling;

// Generates records in one spelling.
class Texts {
 public:
  explicit Texts(Spelling of)
      : spelling(of),
        words_(sample::MakeVocabulary()),
        encoder_(words_, of.shape, {of.style}, LogSet::All()) {}

  std::string Next(LogType log) {
    const sample::Call call = sample::MakeCall(random_);
    const sample::Event event = sample::MakeEvent(call, log, words_, random_);
    return Write(event.record, event.ids, sample::ImageOf(call));
  }
  std::string Write(const Record& record, const RecordIds& ids,
                    const CallImage& image) const {
    std::vector<char> space(encoder_.max_record_bytes());
    const char* const end = encoder_.Encode(record, ids, image, space.data());
    return {space.data(), static_cast<std::size_t>(end - space.data())};
  }
  RowStyle style() const { return spelling.style; }
  std::span<const Column> columns(LogType log) const {
    return Columns(log, spelling.shape);
  }
  std::string Damaged(const TextFault& fault, const std::string& text,
                      LogType log) {
    std::string out;
    damager_.Apply(fault, text, style(), columns(log), out);
    return out;
  }
  const Vocabulary& words() const { return words_; }

  const Spelling spelling;

 private:
  Vocabulary words_;
  Encoder encoder_;
  Damager damager_;
  std::mt19937_64 random_{7};
};

TextFault FaultOf(FaultKind kind, std::uint64_t draw, std::size_t column = 0) {
  TextFault fault;
  fault.kind = kind;
  fault.column = static_cast<std::uint16_t>(column);
  fault.bytes = 300;
  fault.draw = MixWords(draw, 99);
  return fault;
}

// Calls `check` with many records and faults of one kind.
template <class Check>
void ForMany(Texts& texts, FaultKind kind, const Check& check) {
  for (const LogType log : kLogTypes) {
    for (std::uint64_t draw = 0; draw < 60; ++draw) {
      const std::size_t column = draw % texts.columns(log).size();
      const TextFault fault = FaultOf(kind, draw, column);
      const std::string text = texts.Next(log);
      check(log, text, fault, texts.Damaged(fault, text, log));
    }
  }
}

// The values of an object by name, including those of `properties`.
std::vector<std::pair<std::string, Json>> Flat(const Json& json) {
  std::vector<std::pair<std::string, Json>> values;
  for (const auto& [name, value] : json.items()) {
    if (value.is_object() && SameLetters(name, "properties")) {
      for (const auto& inner : Flat(value)) values.push_back(inner);
    } else {
      values.emplace_back(name, value);
    }
  }
  return values;
}

// For all spellings, logs and records: each column has one member, in the order
// of the columns, with the column's name.
TEST(MembersTest, AreTheColumns) {
  CaseFilter filter;
  for (const Spelling& spelling : AllSpellings()) {
    if (!filter.Selects()) continue;
    Texts texts(spelling);
    for (const LogType log : kLogTypes) {
      for (int i = 0; i < 50; ++i) {
        const std::string text = texts.Next(log);
        std::vector<Member> members;
        FindMembers(text, texts.style(), members);
        ASSERT_EQ(members.size(), texts.columns(log).size()) << text;
        std::size_t end = 0;
        for (std::size_t k = 0; k < members.size(); ++k) {
          const Member& member = members[k];
          EXPECT_GE(member.begin(), end);
          EXPECT_LE(member.value_begin, member.value_end);
          end = member.value_end;
          if (member.name_end == 0) continue;
          EXPECT_EQ(text.substr(member.name_begin,
                                member.name_end - member.name_begin),
                    texts.columns(log)[k].name);
        }
      }
    }
  }
}

TEST(DamageTest, EveryFieldCanBeLeftOut) {
  CaseFilter filter;
  for (const Spelling& spelling : AllSpellings()) {
    if (!filter.Selects()) continue;
    Texts texts(spelling);
    if (spelling.style == RowStyle::kCsv ||
        spelling.style == RowStyle::kArray) {
      continue;
    }
    ForMany(texts, FaultKind::kMissingField,
            [&](LogType log, const std::string& text, const TextFault& fault,
                const std::string& damaged) {
              auto expected = Flat(Json::parse(text));
              ASSERT_EQ(expected[fault.column].first,
                        FieldOf(fault, texts.columns(log)));
              expected.erase(expected.begin() + fault.column);
              EXPECT_EQ(Flat(Json::parse(damaged)), expected) << damaged;
            });
  }
}

TEST(DamageTest, RenamedAndRecasedFieldsKeepTheirValues) {
  for (const FaultKind kind :
       {FaultKind::kRenamedField, FaultKind::kWrongCase}) {
    Texts texts({Shape::kResourceLog, RowStyle::kObject});
    ForMany(texts, kind,
            [&](LogType, const std::string& text, const TextFault& fault,
                const std::string& damaged) {
              auto was = Flat(Json::parse(text));
              auto is = Flat(Json::parse(damaged));
              ASSERT_EQ(is.size(), was.size());
              const std::string& name = was[fault.column].first;
              EXPECT_NE(is[fault.column].first, name);
              EXPECT_EQ(SameLetters(is[fault.column].first, name),
                        kind == FaultKind::kWrongCase);
              if (kind == FaultKind::kRenamedField) {
                EXPECT_FALSE(AnyOf(FieldsNamed(is[fault.column].first)));
              }
              is[fault.column].first = name;
              EXPECT_EQ(is, was);
            });
  }
}

TEST(DamageTest, AnExtraFieldIsNoneOfOurs) {
  Texts texts({Shape::kTable, RowStyle::kObject});
  std::set<std::string> names;
  ForMany(texts, FaultKind::kExtraField,
          [&](LogType log, const std::string& text, const TextFault& fault,
              const std::string& damaged) {
            Json is = Json::parse(damaged);
            const std::string name(FieldOf(fault, texts.columns(log)));
            names.insert(name);
            EXPECT_FALSE(AnyOf(FieldsNamed(name))) << name;
            EXPECT_EQ(is.erase(name), 1u) << damaged;
            EXPECT_EQ(is, Json::parse(text));
          });
  EXPECT_EQ(names.size(), 4u);
}

// The new value is neither text nor a number, and `true` only if the text was
// not "true".
TEST(DamageTest, AWrongTypeIsAnotherValue) {
  CaseFilter filter;
  for (const Spelling& spelling : AllSpellings()) {
    if (!filter.Selects()) continue;
    if (spelling.style == RowStyle::kCsv) continue;
    Texts texts(spelling);
    ForMany(texts, FaultKind::kWrongType,
            [&](LogType, const std::string& text, const TextFault& fault,
                const std::string& damaged) {
              const auto values = [](const Json& json) {
                std::vector<Json> flat;
                if (json.is_array()) return json.get<std::vector<Json>>();
                for (const auto& [name, value] : Flat(json)) {
                  flat.push_back(value);
                }
                return flat;
              };
              const auto was = values(Json::parse(text));
              const auto is = values(Json::parse(damaged));
              ASSERT_EQ(is.size(), was.size());
              for (std::size_t i = 0; i < is.size(); ++i) {
                EXPECT_EQ(is[i] == was[i], i != fault.column);
              }
              const Json& value = is[fault.column];
              EXPECT_TRUE(value.is_null() || value.is_structured() ||
                          value.is_boolean());
              EXPECT_FALSE(value == true && (was[fault.column] == "true" ||
                                             was[fault.column] == "True"));
            });
  }
}

TEST(DamageTest, AnOversizeValueIsAsLongAsIsSaid) {
  for (const RowStyle style : {RowStyle::kObject, RowStyle::kArray}) {
    Texts texts({Shape::kTable, style});
    ForMany(texts, FaultKind::kOversize,
            [&](LogType, const std::string&, const TextFault& fault,
                const std::string& damaged) {
              const Json is = Json::parse(damaged);
              const Json value = style == RowStyle::kArray
                                     ? is[fault.column]
                                     : Flat(is)[fault.column].second;
              EXPECT_EQ(value.get<std::string>().size(), 300u);
            });
  }
}

// For faults within a line: the damaged record is still one line, and differs
// from the original.
TEST(DamageTest, LinesStayLines) {
  for (const Spelling& spelling : AllSpellings()) {
    if (spelling.style != RowStyle::kObject &&
        spelling.style != RowStyle::kCsv) {
      continue;
    }
    Texts texts(spelling);
    for (const FaultKind kind :
         {FaultKind::kTruncate, FaultKind::kCorrupt, FaultKind::kInvalidUtf8,
          FaultKind::kPartialLine}) {
      ForMany(texts, kind,
              [&](LogType, const std::string& text, const TextFault&,
                  const std::string& damaged) {
                EXPECT_NE(damaged, text);
                EXPECT_FALSE(damaged.empty());
                EXPECT_EQ(damaged.find_first_of("\r\n"), std::string::npos);
                if (kind == FaultKind::kCorrupt) {
                  EXPECT_EQ(damaged.size(), text.size());
                } else if (kind == FaultKind::kInvalidUtf8) {
                  EXPECT_THROW(Json(damaged).dump(), Json::type_error);
                } else {
                  EXPECT_TRUE(text.starts_with(damaged));
                }
              });
    }
  }
}

TEST(DamageTest, ABlankLineStandsBeforeTheRecord) {
  Texts texts({Shape::kPortal, RowStyle::kCsv});
  const std::string text = texts.Next(LogType::kUsage);
  EXPECT_EQ(
      texts.Damaged(FaultOf(FaultKind::kBlankLine, 1), text, LogType::kUsage),
      '\n' + text);
}

// For all skews s: each time of the skewed record is s later than in the
// original.
TEST(DamageTest, ASkewedClockMovesAllTimes) {
  std::mt19937_64 random(3);
  const Vocabulary words = sample::MakeVocabulary();
  for (const std::int32_t ms :
       {1, -1, 999, -999, 1000, -1000, -300'001, 86'400'000, -86'400'000}) {
    for (const LogType log : kLogTypes) {
      sample::Call call = sample::MakeCall(random);
      call.key.slot = 1'772'438'400;
      const Record record = sample::MakeEvent(call, log, words, random).record;
      const Record skewed = Skewed(record, ms);
      EXPECT_EQ(skewed.time().ms, record.time().ms + ms);
      EXPECT_EQ(skewed.log(), record.log());
      EXPECT_EQ(skewed.connected(), record.connected());
      for (const Field* const field : Fields(log)) {
        if (field->kind == FieldKind::kShortTime) {
          EXPECT_EQ(skewed.At(skewed.HalfAt(field->at)).ms,
                    record.At(record.HalfAt(field->at)).ms + ms);
        } else if (field->kind == FieldKind::kOptionalTime &&
                   record.WordAt(field->at) == kNoValue) {
          EXPECT_EQ(skewed.WordAt(field->at), kNoValue);
        } else if (field->kind == FieldKind::kTime ||
                   field->kind == FieldKind::kOptionalTime) {
          EXPECT_EQ(skewed.At(skewed.WordAt(field->at)).ms,
                    record.At(record.WordAt(field->at)).ms + ms);
        }
      }
      // These have no times but their own.
      if (log == LogType::kOperational || log == LogType::kMediaSummary) {
        EXPECT_EQ(skewed.payload, record.payload);
      }
      if (log != LogType::kUsage) continue;
      EXPECT_EQ(skewed.As<UsagePayload>().connected_ms,
                record.As<UsagePayload>().connected_ms);
    }
  }
}

TEST(DamageTest, NoClockIsSetToBefore1970) {
  Record record;
  record.key = RecordKey({3, 0}, LogType::kUsage);
  record.time_ms = 500;
  EXPECT_EQ(Skewed(record, -60'000).time().ms, 500);
}

}  // namespace
}  // namespace busyhour::internal
