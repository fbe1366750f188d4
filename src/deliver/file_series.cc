#include "deliver/file_series.h"

#include <filesystem>
#include <span>
#include <string_view>
#include <utility>

#include "deliver/disk.h"

namespace busyhour::internal {

namespace fs = std::filesystem;

FileSeries::FileSeries(std::string directory, NameOf name_of, FileRules rules)
    : directory_(std::move(directory)),
      name_of_(std::move(name_of)),
      rules_(rules) {}

Status FileSeries::Resume(std::vector<Entry> whole) {
  whole_ = std::move(whole);
  for (const Entry& entry : whole_) {
    if (Status status =
            CheckFile(PathOf(entry.name), entry.bytes, entry.fingerprint);
        !status.ok()) {
      return Status::Failed("cannot resume: " + status.message() +
                            "; --force starts over");
    }
  }
  return Status::Ok();
}

std::string FileSeries::PathOf(const std::string& name) const {
  return fs::path(directory_) / name;
}

Status FileSeries::Open(const StreamFile& file) {
  current_name_ = name_of_(file);
  current_ = std::make_unique<FileSink>(PathOf(current_name_), rules_);
  return current_->Open();
}

Status FileSeries::ResumeFile(const StreamFile& file, std::uint64_t bytes,
                              const std::string& fingerprint) {
  current_name_ = name_of_(file);
  current_ = std::make_unique<FileSink>(PathOf(current_name_), rules_);
  return current_->Resume(bytes, fingerprint);
}

Status FileSeries::Write(std::span<const std::string_view> spans) {
  return current_->Write(spans);
}

Status FileSeries::Finish() {
  return current_ ? current_->Finish() : Status::Ok();
}

Status FileSeries::Sync() { return current_ ? current_->Sync() : Status::Ok(); }

Status FileSeries::BeginFile(const StreamFile& file) {
  const fs::path directory = fs::path(PathOf(name_of_(file))).parent_path();
  if (!directory.empty()) {
    if (Status status =
            MakeDirectories(directory.string(), rules_.syncs, rules_.names);
        !status.ok()) {
      return status;
    }
  }
  return Open(file);
}

Status FileSeries::EndFile(std::uint64_t records) {
  if (Status status = current_->Finish(); !status.ok()) return status;
  whole_.push_back(current());
  whole_.back().records = records;
  current_.reset();
  return Status::Ok();
}

FileSeries::Entry FileSeries::current() const {
  return {current_name_, 0, current_->bytes(), current_->fingerprint()};
}

}  // namespace busyhour::internal
