"""Invented names, made from lists of common surnames and given names by counting.

No name is taken from a person; the same index always gives the same name, and no name comes twice.
"""

from __future__ import annotations

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓冯程蔡彭潘袁于董余苏叶吕魏"
    "蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛"
    "常万顾赖武康贺严尹钱施牛"
)
# Given names of two characters each, one after the other.
GIRLS = (
    "子涵欣怡梓萱诗涵雨桐佳怡若曦语嫣梦瑶可馨晓彤静怡雅婷思琪一诺雨欣梓晴依诺婉清芷若心悦"
    "书瑶沐晴紫涵锦萱舒雅乐瑶慧敏秋月春燕晓岚文静雪莹佩珊映雪若兰采薇清妍念慈巧玲亦菲安然"
)
BOYS = (
    "浩然宇轩俊杰博文思远天佑明哲嘉豪志强海涛文博立新国栋宇航子轩泽楷俊熙鹏飞家乐承志一鸣"
    "皓宇睿哲景行晨阳书豪振宇少杰云帆知远凯文永康瑞霖启航致远星辰大勇长青修远正浩子墨铭泽"
)
FEMALE, MALE = "female", "male"
STRIDE = 1789
"""Prime, and so coprime to the number of pairs: counting in such steps meets each pair once."""


def person(index: int) -> tuple[str, str]:
    """The name and the gender of the person with this index."""
    number, boy = divmod(index, 2)
    given = BOYS if boy else GIRLS
    place = (number + 1) * STRIDE % (len(SURNAMES) * len(given) // 2)
    at = place // len(SURNAMES) * 2
    name = SURNAMES[place % len(SURNAMES)] + given[at : at + 2]
    return name, MALE if boy else FEMALE
