#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "deliver/batch_sink.h"

namespace busyhour {

/// Batches to an open descriptor, such as standard output. A batch is
/// acknowledged once all of it is written.
///
/// A pipe that is full is waited for in `Poll` only, so that a reader that does
/// not read holds up nothing but its batches. SIGPIPE must be ignored by the
/// program.
class OutputSink : public BatchSink {
 public:
  /// `name` is what a message calls it. The descriptor stays the caller's.
  OutputSink(int fd, std::string name);
  ~OutputSink() override;

  Status Open() override;
  bool HasRoom() const noexcept override {
    return batch_ == nullptr && ready_.empty();
  }
  void Send(Batch& batch) override;
  void Poll(std::chrono::nanoseconds wait,
            std::vector<Receipt>& receipts) override;

 private:
  void Write();
  void End(Receipt receipt);

  const int fd_;
  const std::string name_;
  int own_ = -1;  // the same pipe, opened so that writing does not wait
  Batch* batch_ = nullptr;
  std::size_t written_ = 0;  // bytes of it
  std::vector<Receipt> ready_;
};

}  // namespace busyhour
