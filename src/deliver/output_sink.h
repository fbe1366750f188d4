#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "deliver/batch_sink.h"

namespace busyhour::internal {

/// Writes batches to an open descriptor, such as standard output. A batch is
/// acknowledged when it has been written completely.
///
/// Only `Poll` waits for a full pipe, so a reader that does not read delays
/// only its own batches. The program must ignore SIGPIPE.
class OutputSink : public BatchSink {
 public:
  /// `name` is used in messages. The caller keeps ownership of the descriptor.
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
  int own_ = -1;  // the same pipe, opened in non-blocking mode
  Batch* batch_ = nullptr;
  std::size_t written_ = 0;  // bytes of it
  std::vector<Receipt> ready_;
};

}  // namespace busyhour::internal
