"""What the operating system says of an error, in each language; what is not listed is in the system's own words."""

import errno
from collections.abc import Mapping

from roommon.model.text import Text

_CHINESE: Mapping[int, str] = {
    errno.EACCES: "权限不足",
    errno.EPERM: "不允许该操作",
    errno.ENOENT: "没有该文件或目录",
    errno.EEXIST: "文件已存在",
    errno.EISDIR: "是一个目录",
    errno.ENOTDIR: "不是目录",
    errno.ENXIO: "没有该设备或地址",
    errno.ENODEV: "没有该设备",
    errno.EBUSY: "设备或资源忙",
    errno.EIO: "输入/输出错误",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "超出磁盘配额",
    errno.EROFS: "文件系统只读",
    errno.EMFILE: "打开的文件过多",
    errno.EPIPE: "连接已断开",
    errno.ECONNREFUSED: "连接被拒绝",
    errno.ECONNRESET: "连接被对方重置",
    errno.ECONNABORTED: "连接中止",
    errno.EHOSTUNREACH: "无法到达主机",
    errno.EHOSTDOWN: "主机已关闭",
    errno.ENETUNREACH: "无法到达网络",
    errno.ETIMEDOUT: "连接超时",
    errno.EADDRINUSE: "地址已被占用",
    errno.EADDRNOTAVAIL: "地址不可用",
}


def said(error: OSError) -> Text:
    """Return why `error` came."""
    words = error.strerror or str(error)
    return Text(words, _CHINESE.get(error.errno or 0, words))
