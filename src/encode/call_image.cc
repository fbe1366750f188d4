#include "encode/call_image.h"

#include <cassert>

#include "encode/put.h"

namespace busyhour {
namespace {

char* PutValue(Field field, const CallFacts& facts, char* p) noexcept {
  switch (field) {
    case Field::kOperationVersion:
      return PutText(facts.api_version, p);
    case Field::kCallerIpAddress:
      return PutIpv4(facts.caller_ip, p);
    case Field::kCallConnectionId:
      return facts.connected ? PutGuid(facts.connection, p) : p;
    case Field::kServerCallId:
      return PutText({facts.server_call_id.data(), facts.server_call_id_bytes},
                     p);
    case Field::kSdkVersion:
      return PutText(facts.sdk_version, p);
    case Field::kSdkType:
      return PutText(facts.sdk_type, p);
    default:
      assert(false && "not a field of the call");
      return p;
  }
}

}  // namespace

void CallImage::SetCorrelation(std::uint8_t epoch,
                               const Guid& correlation) noexcept {
  const Head head = this->head();
  memory_[offsetof(Head, epoch)] = static_cast<char>(epoch);
  for (const std::uint16_t at : head.correlation_at) {
    if (at != 0) PutGuid(correlation, memory_ + at);
  }
}

CallImageLayout::PaddedText::PaddedText(const std::string& plain)
    : text(plain.begin(), plain.end()), bytes(plain.size()) {
  text.resize(CopyBytes(bytes));
}

char* CallImageLayout::PaddedText::Put(char* p) const noexcept {
  CopySteps<PlainVectors>(text.data(), bytes, p);
  return p + bytes;
}

CallImageLayout::CallImageLayout(std::span<Skeleton> skeletons,
                                 std::span<const LogType> logs, bool quote_csv)
    : quote_csv_(quote_csv) {
  std::size_t end = sizeof(CallImage::Head);
  for (const LogType log : logs) {
    const auto i = static_cast<std::size_t>(log);
    stretches_[i].begin = end / kCacheLine * kCacheLine;
    for (const CallText& text : skeletons[i].call_texts()) {
      skeletons[i].PlaceCallText(text, end);
      Text placed{end, {}, PaddedText(text.after), text.billed};
      for (const CallPart& part : text.parts) {
        placed.parts.push_back({PaddedText(part.before), part.field});
      }
      texts_[i].push_back(std::move(placed));
      // Kept aligned, so that no length lies across two cache lines.
      constexpr std::size_t kAlign = alignof(std::uint32_t);
      end += (sizeof(TextSize) + text.max_bytes + kAlign - 1) / kAlign * kAlign;
    }
    stretches_[i].end = end;
  }
  // Copying the last text may read on for most of a step.
  stride_ = (end + kSlackBytes + kCacheLine - 1) / kCacheLine * kCacheLine;
}

void CallImageLayout::Render(const CallFacts& facts, std::uint8_t epoch,
                             const Guid& correlation,
                             CallImage image) const noexcept {
  CallImage::Head head;
  head.epoch = epoch;
  head.connected = facts.connected;
  for (std::size_t log = 0; log < kLogTypeCount; ++log) {
    for (const Text& text : texts_[log]) {
      char* const begin = image.memory_ + text.offset + sizeof(TextSize);
      char* p = begin;
      std::size_t billed = text.billed;
      for (const Part& part : text.parts) {
        p = part.before.Put(p);
        char* const value = p;
        if (part.field == Field::kCorrelationId) {
          head.correlation_at[log] =
              static_cast<std::uint16_t>(p - image.memory_);
          p = PutGuid(correlation, p);
        } else {
          p = PutValue(part.field, facts, p);
        }
        billed += static_cast<std::size_t>(p - value);
        if (quote_csv_) p = QuoteForCsv(value, p);
      }
      p = text.after.Put(p);
      const TextSize size{static_cast<std::uint16_t>(p - begin),
                          static_cast<std::uint16_t>(billed)};
      std::memcpy(image.memory_ + text.offset, &size, sizeof size);
    }
  }
  std::memcpy(image.memory_, &head, sizeof head);
}

}  // namespace busyhour
