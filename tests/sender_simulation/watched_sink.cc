#include "sender_simulation/watched_sink.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace busyhour::internal {

void WatchedSink::Send(Batch& sent) {
  auto& batch = static_cast<LoadBatch&>(sent);
  const bool is_new = NoteTexts(batch);
  if (options_.paced && clock_.now() < batch.due)
    Break("sent before it is due");
  if (batch.not_before > clock_.now()) Break("sent again too early");
  if (batch.attempts >= options_.max_attempts) Break("too many attempts");
  if (is_new) {
    if (batch.index < next_index_) Break("sent out of order");
    next_index_ = batch.index;
  }
  if (!open_.emplace(&sent, false).second) Break("sent twice at a time");
  if (++in_flight_ > options_.max_in_flight) Break("too many in flight");
  sink_.Send(sent);
}

bool WatchedSink::NoteTexts(const LoadBatch& batch) {
  const std::size_t before = texts_.size();
  PerLog<std::uint64_t> numbers{};
  for (const LogType log : kLogTypes) numbers[log] = batch.ranges[log].first;
  std::string plain = batch.bytes;
  if (compressor_ != nullptr &&
      !compressor_->Expand(batch.bytes, batch.plain_bytes, plain)) {
    Break("compressed wrongly");
    return false;
  }
  for (std::size_t i = 0; i < batch.records; ++i) {
    const LoadBatch::Piece& piece = batch.pieces[i];
    std::string_view text =
        std::string_view(plain).substr(piece.begin, piece.size);
    if (text.ends_with('\n')) text.remove_suffix(1);
    const auto [at, is_new] = texts_.emplace(
        std::pair(batch.logs[i], numbers[batch.logs[i]]++), text);
    if (!is_new && at->second != text) Break("sent again with another text");
  }
  return texts_.size() > before;
}

void WatchedSink::Poll(std::chrono::nanoseconds wait,
                       std::vector<Receipt>& receipts) {
  ++polls_;
  const std::size_t before = receipts.size();
  sink_.Poll(wait, receipts);
  for (std::size_t i = before; i < receipts.size(); ++i) {
    const Receipt& receipt = receipts[i];
    const auto at = open_.find(receipt.batch);
    if (at == open_.end()) {
      Break("a receipt for a batch that is not in flight");
      continue;
    }
    const bool is_provisional = receipt.kind == Receipt::Kind::kProvisional;
    if (is_provisional && at->second) Break("two provisional receipts");
    if (!at->second) --in_flight_;
    if (is_provisional) {
      at->second = true;
    } else {
      open_.erase(at);
    }
  }
}

}  // namespace busyhour::internal
