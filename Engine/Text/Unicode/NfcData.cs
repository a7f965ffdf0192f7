namespace Preble.Engine.Text.Unicode;

/// <summary>Canonical data of Unicode 14.0.0, written by make_nfc_data.py; <see cref="NfcTables"/> reads it.</summary>
internal static class NfcData
{
    /// <summary>Base64 of a zlib stream of three tables of varints: combining classes, decompositions to one and to two characters.</summary>
    internal const string Packed =
        "eNq9mHlY1teVxz2/94X3/WGWJrYaY6vp8nSedvpP5nnaztNmqY00oUl0qtI0mX/iNESJRlIjMTrTKbsgLqAi4g7IFmSXVWRTQBYVNxYlyiaLCyjuiDrf7/lh" +
        "g4lm8sw8M5Hzuefee+793XvuvefeNxEOP9dukf/NX69I66g/ZJsfLMFfrf59fclD/774b3Tpo4ZySflVM80aD2a/sOkdpfeJnNO/0co3c8R648H8CuNLIx2d" +
        "Pf2IeXzVA19qi4ZdqrjJWHlMHpcn5En5ljwlT8s4/Pu2fEfGGxOMZ2Sioc2Mpz0eNeTJMkWee36SfFe+Z+nyffnBA+PofsQEWuWpH77/sD5tXzG3SoxRTX/0" +
        "oyndD5vZ6BmPVr70+a+yW2IfPkGtdmuViaMKjUcvoPEIm5/dH9mL3Q/fg//49Yv4jY+S8VCnfLVba8m6H+HBB/t80fGUaR9lNA/557vlJSQ+I+Inmjhny7++" +
        "j3ShKeZT5l/NhXNlrphPzBf99+En8glyy0T/vamf+m4rh2w0yz/7iwSIESSuAVSsP1vAfUeaVvpyq/zFYaD3Wa3S4HJ/gLkOlEwxt4k5tlvqsbkjuMd1xK1W" +
        "8pr5nUc4zNYqz3/jA2S0/jeu+lLJ+45vmf/Q/cgV/CWG/WvHY+A0R8wXS/jo8zuqxBgd2MSlVRzdYlfD6ocO5SFDRGRqvB9Iu/9//3o1BHXp10/ej5r3D+SR" +
        "kYXlf6MbjSqBhX0k0/r3ugcddG/C/YarxZzzfzyhVPtJnU6vRtc2/n3gFOeJ89ZYv6bl95V/UEYZ5o/NjWJ+9380hl/dn/yPzXcdj5uXvohCrSMh1PV+aPq5" +
        "eUPMrG3ybIBr9ze7Qu5vmkOOVulEbsOXmqx7XG/Hn3RbC+FiJlr9lNhHGQVZw9j0kLv1wY/+06jCcjF/aj5p/soUx+/ut3geR+Zlx5umm2M+inPEIeYfHILA" +
        "M/Fh07E/mD0kpt3xTLe8h6bDAvzNXAIuNlcjsDgCGV1cHFvFnG2OM2eaiTYz0NCQM9Ns2fTFiXvhYV8qMl3FNS1GpPonzfqG0f/sHaqP+jMf8VaxPWwdpowq" +
        "ifq7Vjzpa++fb/5ne3Q/X+ot5KG930TpS6Py7WMfNrOFX23qCHeWufq5ir+rsc71+UIXt1+b+XLul7scRprDSHcYGQ6j3mEcdBiHHC+FOGyFjrGhDiPM4Yxw" +
        "OFc4nJkO52qHLdgh77qtdBhrHMZu3Ba/kcDfJBgpDvvrUil3baHvSti7jam2AxsNuXoQcW6rIQdiDDnyuUj2FpGzSSJbSg2VI9kiR+INWZ4qcgD69X2ISRdE" +
        "gu+JlK40pGiNITcjDVkTa0jAcZHNOPAt7TjuPSJ7Qw05F2fI5RzUbRW5ligShNC6GREhDW23FRvSUCRy/ozIwXBDutYaUlOJjRBoyPYIQ2r3ikQfQkBGn8Nn" +
        "RQ7hGyHbRfLj0X+CyP4akWMnRCLQX89FEX8/1KPfVsjAZkOy05HmGTK0x5CVl0XuDYrsuC1Ss9yQoERD7uH7jVGGnMnCuEoQnG6K3EUfHeivFvYV8MmNNEOa" +
        "Ud9RILIO8zt5SmQNYlnGEMYxLFK3y5CjGEu4P76LcdVDtlwVKcF3LuM711DvF23IYcyL/rmL7xXCxz35ImvLRJbDT5dw40TDN7fxzVLML6VUZBVs6ltEbuIS" +
        "isO39mFNTmdijv0YP/z6GfopahLJ3G5IKOzuov+zwYbsqEaK/tLh77442GI8/kfwvVsiA0EYK9odxnpew5grkkWuYE0vwM+VdegD6/AZfJSWinXbbUj0XkMO" +
        "QTbDtgr75AbWrmMb9kwxfI594LdfZBPWIB7+qMFhDsNlVXtF5CrmPgA/JsK2P8yQ+B1YS/g7eids0dfeFOwl7JGKSGseNfj+Ncz5dhXGjTmVYB2u4SR0YQ63" +
        "0ixfFe2BX+GvbPirD9fJJuy/Knxj905DrmONDmCtN2YaEg7/pWMMuzHHApS3l4uEoJ+TsSL96KcU6xhTZ63FoU6MAXt5GGMcxhhXYb+HYp7pWLMwjPM29t6V" +
        "wyLl2H9bcDbC8N0W+PY8fgxFDHE9DLkIH6fDDzfRJnUH+sZ+Poc98hnmHo457a/A2jZY6xyC8aTAB2vg97PcT/UYA76RjPU5izUMQf8d5zHnuyKH4Zt2SD3m" +
        "0YF2pdgfRRjDVrRtwLg3wtdDODPxqGsqwHnBOkVjrHX4di/OT9017PXr2GNY9zKcnRj4u3mDIWXwRV4I9g7GsRySCN8fw95phF0w/LMNc90NH+zB+OtxBg9i" +
        "XuHrDDkGuzLMtSxVbCczxbhaL7bT2FufYZ1qcfaKsW9OQ85C1sD/jViPEvS5954Ya1caxs0ow1YAH9+JNewDWfA3JDkb64ezeRrnOh/zSMfa9WCdDnLfwv9d" +
        "kCOY91bEnpBdmBekDGcgGeexC/7rh6zH+vbCx6uxHwchh3FeOrC+kZhDMPx6A/PZhFAbhz3ajz2airMdBz9H4qyVYKw1kAOQBkgj5HPIKox/NaQM59gffiy7" +
        "Ye3pMJz3csgg1icYe+8i/HwryJImnMkIxK8N8JU//FwIOYb4EbrJkDycUc69E3O8l2HIHuyba9jL/cGmbAwybIk467nwZS/m7QcfVDJFvhrzH0qw5n/iM6wh" +
        "0g4I/C858MF+nN3jkI7d8EmeyFGsUQukD7EsDXuvGb45BN+EjvinrcLy0W7s1/2IE1sOoA2kET7Demqs3QxphNzCWWd84d4/hX1X97nlw21tlh+TBjBm+DLj" +
        "rLUHLsOnITgbeyBbcaa2X7D2xSnIVUgt4lYZpB5+zxrx6W2c81NDlm9LRnx6FHtzAHHz1mpDyuHPkHWWT0sRJ7CHpC7K8i/j6MUoy88roi0/F2DPDsLPMTgz" +
        "1xEXhndZPudePJVh+T480/L/2jzrfqttcMp+yIkep2xdIhv9RAohNTtNaSg05dgdU/aVGLK61EgacuzFQhVAyiFxAU5p2ya6afdAAnD4hxgAYq1NfBiyzVuK" +
        "Vjp1Px+HdEFuQLascEqht/RAXYVlrkM2GulOXh84nrvire1wJt5NriENxDE94y17kFRBBiE3IFEf6Aa5f1C4UYJxWEISrcukJtE6PCchVyB3IPdGya71TrmE" +
        "xazFxXIG0rnBKeeRXoaEIMhsQ5AuQHoA0guJQ/46JAIb8RikExKUagk3ZiokB1IB2ZBuHdhopEeQXt1lBZt+bNpDGchDVmEThyPNRpoF2cVDneKUQaQ3ICHY" +
        "2JsgcdzgkOQ0p5yDXMjBJsWGT4I0Q+9G2v+hDH8ooTgCJSNyIMcp+xDOmvOt6+MKZGOeU+4hDUHYOIYjEofU30faRiJJWSEGBenag6aI4t1I+/k6gQxD2nED" +
        "dUAyPpI7SJJxCe6F9EE6PpLAfU4Z/kgycfxyIHkQPl/WVrvJXaRZVU4Vf4SKOH4bUv0XKTjrlJP7TOlA9jyk8y+yCQf3IKQJcgvij0NctEi2LNJQd/ygU6qR" +
        "HsBRrq+wjjfToZEjng3ZCcmAnB4JiXyyReDIb4Z8DslCuD8OacB1u7LRKXuRDiPfizQQYaELcrnJKXEIDZXQUyDpi6UP2buQrbjxbyC9sFiD7QXIijandCLo" +
        "3kTQrUEgiflE42/oJ9LlK2uxhaMgfogqW1CahpdSy/Ivok0s5DTkGGQfTmHNJzKEiywYcrTBCuIXe52yGul25NcfFR7UCiTxx3DXQpLxBoy/6JRTSDd+KrEI" +
        "XUmXnXIc6aFPZRDJ9iYrmu2BrLrmlPAipwwhPYSfHcW3nFKK2/cgpAf5DYh4JSetm4PRrw9yExKMm3XbkFN2Q8/AjdIPyVmmgbEacuSOU27BpB9B8vRdjPee" +
        "U6rwoCpss4LmZsiGf5daJHcgNyBpuJMTcPgrEU87g0zZgns9dbkpyV1WbG2AhK40xQ8xNgqSu9qU9RGmDCHehuM9seuvkoCk4K/8q+b/a+21AnEwH2KQzf8p" +
        "OxGP8zaaUoJ0bYypb83t2KsRiM+x200pgOzfYcrw3yTUzwrVV2JNGYTExJmSA9mGsL19RBjGGR/DB/j8woz8+SQx5RCeRHxiM7x3oixxl6nX6aY0UyohfBKc" +
        "h2QEWNdqLeQwZDjblKRcS/pxLQQEwQX5plTheqiBJCHvhzh8FE+JHcHYo0g7IX64NkJKTelE6h+CFcAVEoCruRKyG/nk/aZUQ1qgt1TCZbheSqpMicKzceie" +
        "ddWcrDElvtaUNujJdXAN0jPduAqwObOxSQMDcF2Eoh3S3FyM5bApuZB12KRbeqyzHATZhuv9POwi8fwOh2yF5CAaZzGF7IV0Q4obTX2ib8UV1wlJwzUXj3Qv" +
        "0p7l1hPiGPK10OshrZC8ZlPOnzTlRIspqSuwuniqXoFsWAG7HlO6kO46bcrnqGuHZJ2Br9rRBnrDyE+hHkgfJGUVrknIalytHausKzYZch4Sgp9xTeHoA6k/" +
        "nn23oLch7YT0XDClCU/R05DclfAf0j3ekn7ZlO5B7KxVcD9kx8iNzNv4BH5ZJt/CkPECKodsxu18A5Jx15SgCKfU4ddZMeTSZnaLo7rVur2PhrvJRch6vAgv" +
        "QyLx6zF9tZtsRlqAG70pAb/GIMPQbyUZEpWMX3fRbhKOXyxR6/CLLJXfcZNu6Ptw82cjUMfj9q+Mc5NNO92kfz3CIaQNL4EVyW6SHYUtnOKmrwJKCiQv1U06" +
        "8DrN2YDQhxdqEn69VkDuQg5F4xdXnpu+Hsrw6r5TiLIYBChITxH0cje5CT24wk1W73eTyEo32YOXeeMmBHOkdyHBeE6sgWyA7IH41bsFOMtkKn7yy1R/IoAI" +
        "JEKJFa5ivJIEzZ0m7jRxp4k7az1Y5sEyD5Z5oMyYzrYzWDGDFTNYMUPLUGvzZIUnKzxZ4cle3kbWNocVc1gxhxVz2GIOa+dwBH/mCLxo4kUTL5p4sdabZd4s" +
        "82aZN0ewkG19WOHDCh9W+GgZR+DLCl9W+LLCl70sRdZYqvMN4ieJqSHUiKnJ1IhX2OzPxCts+2fileXUiFdWUiOmEe8BNnd25UW4sysvwp3GXoQ7O/Ui3NnC" +
        "i3iVnc4lXqXxXOJVGs8lXqUj5hKv0WQeYPPg3LwJD37Im/BgM2/Cg917Ex7owP57NvuAeJ29zAeMNzijBcQbLFtAvMGxLABcprNiITGdFQuJ6axdCNhn8Gs+" +
        "xAx+zYeYEU4NsM1ks0XETDZbRMxk20XELFZ8TMzigD4mZtHkY2IWTT4mZjO7mJjN7GI61pPz9SU8+XFfwpMf9yU8V1AjPDkWX8KTPvAl3uKHlhBvE0tV4+q/" +
        "w7EsI96hs5cR7/CTy4AfzNjMaQFPeFLzBb43lbVzCA/Cm5hB+BCehC/RKhzgsLJV/FX3V32l6paNn+qgsV8tu5SJdjJJWaUl3aTtVTaaS7xOzNdvc34+xDkb" +
        "Lc8r822sW+tCfsBVe5XfnstzN53fXEhU6oDOKquU3cpm5U3l1DWcLjE1khrhzqwX4c6sF+HBrDfhwaw3MYNZH2IGsz7ETGYXETOZXUR4MutLeDLrS8xK5F4g" +
        "ZhOLAdtrnM08wDGV6zRHD5TGCaJRHXVdeUJ5TTmDZj5Eujo0Q/k2sRSINEJd/V3HTE3W6UY6GBiiSIlWxmjJdmWClqQoa8lnYxzcRQnKLC3PVeYrC5V1almo" +
        "NpXKUi2vVNaQLkdVP8ran0U5uThRTka2dU6U20Oou2yiLhu1Nt6JTT92I/lcATkhV8tztVWOtmrUVkXaqkBr99HymatOuvoa+fsNLJE88okI1TOVEWwLnfEz" +
        "SktySVuzyfIW5Qa1yVNGK/PVfqMzSL8YpKMNVZ3cpixRm17toU+ZpuUHlfHaap8yXkv2jZSHq04maUm19pOqeh2ZYiQ9duwxVD92HDygTHrsBFhLfZOceByJ" +
        "UU4+dZRstCc/Xfy0ODNJWw75oyhwjGxQRiu3KGOVccpUZQa5oHpcyTgMZlzTOPlW7LjicbAhjQxydva3i789xlZA/nADKdHKLVqeSp6T6vGN48VWPb5kPDoa" +
        "3zQeHY0vHo+OyF+undA0QX5RNaFkAmqVVSz5j6pnGp+RT0snnpgojipSqiY2ThSjamIF9FqW/K3q2ZJn0UpZ9WzTs7JaWibVThKjZdLhSQg/1FFyZpKcNSom" +
        "508Z41ZPuhxRNipPkY+XTc5F7eXJg5PHGJcnX508RrKn+E0ZY+SQ5uXJ4NNrp7CHLaRLrDJRmUo+HjEFPXyY8Fz6c9L2neBf5P5CjOXKMGW4chVpjyR/UqQl" +
        "xaSthJRSLakg97pMTWAIIH7Ls/1vxG/jqRG/zaJGVOu57lFOo9F7xDQavUdMo9F7xDRGkfeIaWnUiLUGz8065VrDX3V9EbHSi3DPpEYk23lOUpS/40fe1/ub" +
        "W3ku8Rqz84jX+OF5xGvcvvOI1/jheXrPp1MjPNitN3FYxz+gfJ2Yrxq7mE+8zgnMJ95gdgGR94LeBMo3WLVA6znoBcSb7OJD4k0O6kPiTTb8kJjO7EJiOrML" +
        "tYwdLCSms4OFaRpq/TXU+qseqjpZrz47qKxXnx1U/gvxkWrs/CNiJrFINX5mEXFSx31KOZOfXETMotHHxCwafayWBvOnlG3KdmXHC2SncjaxWDU2WUzMZoeL" +
        "idmcyGLCcycvIMKTbvclPFnhS/TqDPqU5wzO8rzyj3yVfEL8kR1/QrzFiS8h3qL5EuItGi8h3uJQlhBv0XgJ8SdmPyX+RJNP9aXM7FJ9lfDNsox4h8bLiHc4" +
        "+GXEPJ2Lds830FI+oe/RCy5TaTiHmBpGjajQ1epQVugbpENZIWGqWzaBqpM7XuR3Y5UBOvtAZYCubqAywAhTPUz1QNWttiHaVt/BHIYX4U4zL8KdRl5ErY7n" +
        "nLJWx3NOWavjOaes1fGcUxboeAqVHqz0JjzYvTcxg/BRjRU+xHHt/aryuPZ+VXlce78qlk2g6mS99n5QucPGVrHKHTY/1f1UD1M9TPVA1XXmtnjVSU/CVzWa" +
        "+RIZ2lOmMkN7ylRmaE+ZNssmUPVA1eNVJ9+m4VLibWaXahkbLCXepvlSwJHlWKcvk/Wg30u091f6veSvur/qFapX6PtnnZL2oWoZpgxVyzBlqFqGKXPVPlft" +
        "I9QyUhmhlpGkLUptotRmo9bGKDeqTYza5KtNvtrs0NpY5Q61iVXu0C/GKqPVPlrtk9UyRZmslinKZLVMURaqfaHaZ6plljJTLbOUmWqZpYxR+xi1L1DLQmWB" +
        "WhYqC6yelaVqX6r2ZWpZrixTy3Kd43a12a42B7S2RnlAbWrUplJtKtWmQWuPKBvU5oiyQb94hMSLFJZGC21Af2WFvirXKdlPm/bQrmzTHtqVbWrZbnlJ7VPU" +
        "vlct+5S9atmn7FXLPstLDn4xV5mvLFSWKiuVNaTd76VK3V1kgDJQGaQMVoYolytDlWHKFcpw5UrlKuVq5RrlDmWsMk4Zr9ypTFAmKpOUycoU5WfKVOUuZZoy" +
        "XZmhbFO2KzuUncou5Vllt7JH2avsU55TnldeUF5U9isHlFmOECXvuUsjJToe0shy0Nt5L1fqqQxRBinp4UjauCQLba5q23xtm65t87VtlbaNUvvoEbKk9GU/" +
        "pb/SOiMhyiD9dcO1K9Qeah3WiQhRBilRa7urPdzVHu5qD5VqU6k2dfqtct1X5bqvKrWfOmWCWiaoZYJaxlpnmdHYZVjnUqPjPKRzqdFW13Uu29U+ZYQo2WaL" +
        "eKWADzRy3HpySoOWHFceJX8eOA10CSVt4eQz8aSRQE4q1vJ9ykotP0BOeJFqO9WxB0l5gXiJ6NL8WW0yqPoV1a+rfoN0DKl+W8sD3KkHkrYQ1ZeTP4xTPVmZ" +
        "okwlnx/WtneUkVq+lnRkq56j3K3MJQee/NyzwHXMJbe6d2PmiHFQeVh5RHlMeULZpGxRnlJ+rjyjbCdtXap3K3tJxwApA+9uQsmg6oOqX1P9muo3Vb+p+m3V" +
        "b1OfUEXdbesc8IlU0khTZiizlDnKXGW+slC5R7lXWaosJ237Va9SHiAdh0k5PIdfP6r6UdVPqH5C9WbVm1U/pfop6hMStc8BLbmkvKwcJO13yO3rbS1jd48d" +
        "YwyOzR87Zmzf2PKxY6RvbAVYc91WbiXMNbAeLFAWg0eUR5XHlMeVJ5SNpNGseovypPKUslVrTyvbtKRd9U7Vu1TvVr1H2avsU54b+UqhjqFU+yzVVmD9T2Ni" +
        "7UWxdjE2W+mTCVYaKFlx9qQ4u0i2lW6xVyfaSxJRgLQJ6YBRmGIvSkEB0kykzO9FOiwFqfaMVFZY6R3X3Gx7ZrZdEi8ZTXGOs3GOMdI8kp6Jc/SPpAMj6aWR" +
        "9PJIOoj0rcJ4y75oJN0Tb7UrHkmRHxjJM/0vtkppMg==";
}
