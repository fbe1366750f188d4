#include "deliver/local_sink.h"

#include <chrono>
#include <iterator>
#include <string_view>
#include <utility>

#include "deliver/wait.h"

namespace busyhour::internal {

void LocalSink::Send(Batch& batch) {
  Receipt receipt;
  receipt.batch = &batch;
  const std::string_view bytes = batch.bytes;
  if (Status status = sink_->Write({&bytes, 1}); !status.ok()) {
    failed_ = true;
    receipt.kind = Receipt::Kind::kRefused;
    receipt.error = status.message();
    receipt.is_final = true;
  }
  ready_.push_back(std::move(receipt));
}

void LocalSink::Poll(std::chrono::nanoseconds wait,
                     std::vector<Receipt>& receipts) {
  if (ready_.empty() && wait.count() > 0) SleepFor(wait);
  std::move(ready_.begin(), ready_.end(), std::back_inserter(receipts));
  ready_.clear();
}

// A file that could not be completed does not get its name.
Status LocalSink::Close() {
  if (failed_) return Status::Ok();
  Status status = sink_->Finish();
  failed_ = !status.ok();
  return status;
}

}  // namespace busyhour::internal
