#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/tzif.h"

namespace busyhour {

/// A time zone database with one zone, Europe/Oslo, which the process uses as
/// long as this exists.
class ZoneDirectory {
 public:
  explicit ZoneDirectory(const std::string& name) : path_(name) {
    std::filesystem::create_directories(path_ / "Europe");
    Write("Europe/Oslo", Tzif{.footer = kOslo}.Text());
    ::setenv("TZDIR", path_.c_str(), 1);
  }
  ~ZoneDirectory() {
    ::unsetenv("TZDIR");
    std::filesystem::remove_all(path_);
  }
  ZoneDirectory(const ZoneDirectory&) = delete;
  ZoneDirectory& operator=(const ZoneDirectory&) = delete;

  void Write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace busyhour
